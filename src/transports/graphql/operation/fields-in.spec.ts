import { expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { fieldsIn } from './fields-in.ts';

it.each([
  ['{ a b { c } }', 3],
  ['query A { a } query B { b b }', 3],
  [
    '{ ...F ...F ... on T { a } ... @include(if: true) { b } } fragment F on T { c { d } } fragment G on T { e }',
    5,
  ],
  ['type A { b: Int }', 0],
])('counts the fields of %j: %i', (text, count) => {
  expect(fieldsIn(parse(text))).toBe(count);
});
