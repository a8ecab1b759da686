import { expect, it } from '@jest/globals';
import { GraphQLError, parse } from 'graphql';
import { inPlainWords } from './syntax-errors.ts';

function errorOf(text: string): GraphQLError {
  try {
    parse(text);
  } catch (error) {
    return error as GraphQLError;
  }
  throw new Error(`${text} is a document`);
}

it.each(['{}', '{ a { , } }', '{ a {\n # { a comment } {\n} }', 'mutation { \uFEFF\t}'])(
  'says of an empty selection set what it lacks, and where: %j',
  (text) => {
    const error = errorOf(text);
    const { message, locations } = inPlainWords(error);
    expect([message, locations]).toEqual(['Syntax Error: A selection set must have a field.', error.locations]);
  },
);

it.each(['{ a @ }', '{ a: }', '{', '{ a(', 'query (', '{ a(b: "{" c: $ }'])(
  'leaves any other error as graphql-js has it: %j',
  (text) => {
    const error = errorOf(text);
    expect(inPlainWords(error)).toBe(error);
  },
);
