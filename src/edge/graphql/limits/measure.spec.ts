import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { LIST_SIZES } from './list-sizes.ts';
import { measure } from './measure.ts';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

function sizeOf(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query);
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  return measure(schema, document, operation as OperationDefinitionNode, variables);
}

describe('an operation', () => {
  it('is as deep as its deepest field, fragments in their places', () => {
    expect(sizeOf('{ me { id } }').depth).toBe(2);
    const query =
      '{ home { ...a } } fragment a on Home { recentOrders { ...b } } fragment b on Order { lines { product { id } } }';
    expect(sizeOf(query)).toMatchObject({ depth: 5, fields: 5, rootFields: 1 });
  });

  it('has the aliases, directives and root fields of all its fragments, each time they are put in', () => {
    const query =
      '{ a: me { x: id } b: me { ...u @skip(if: false) ...u } } fragment u on User { y: name @include(if: true) }';
    expect(sizeOf(query)).toMatchObject({ aliases: 5, directives: 3, rootFields: 2, fields: 5 });
    const hidden = 'query { ...r } fragment r on Query { ... on Query { products { total } } }';
    expect([...sizeOf(hidden).rootNames]).toEqual(['products']);
  });

  it('costs an object each, as many as its pages may have', () => {
    expect(sizeOf('{ me { id name } }').cost).toBe(1);
    expect(sizeOf('{ products(pageSize: 50) { items { id price { currency } } } }').cost).toBe(1 + 50 * 2);
    expect(sizeOf('{ products { items { id } } }').cost).toBe(1 + 20);
    expect(sizeOf('query q($n: Int) { orders(first: $n) { nodes { id } } }', { n: 7 }).cost).toBe(1 + 7);
    expect(sizeOf('{ home { recentOrders { lines { product { id } } } } }').cost).toBe(1 + 5 * (1 + 3 * 2));
  });

  it('counts a mutation each time, alias by alias', () => {
    const cancel = (alias: string) => `${alias}: cancelOrder(input: { id: "o1" }) { __typename }`;
    expect(sizeOf(`mutation { ${cancel('a')} ${cancel('b')} }`).cost).toBe(2 * 11);
  });

  it('is as large as its largest page, a variable’s value among them', () => {
    expect(sizeOf('{ products(pageSize: 500) { total } }').page).toBe(500);
    expect(sizeOf('query q($n: Int!) { orders(first: $n) { nodes { id } } }', { n: 1e9 }).page).toBe(1e9);
  });

  it('is measured at once, however its fragments are chained', () => {
    const links = Array.from({ length: 100 }, (_, n) => `fragment f${n} on Home { ...f${n + 1} ...f${n + 1} }`);
    const query = `{ home { ...f0 } } ${links.join(' ')} fragment f100 on Home { degraded { part } }`;
    const started = performance.now();
    expect(sizeOf(query).fields).toBeGreaterThan(1e20);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('that goes round in circles, or asks for what is not there, is left to validation', () => {
    expect(sizeOf('{ home { ...a } } fragment a on Home { ...a }').depth).toBe(1);
    expect(sizeOf('{ nothing(first: 9) { at { all } } ...none }')).toMatchObject({ depth: 3, cost: 0 });
  });

  it('says whether it asks for the schema, wherever it does', () => {
    expect(sizeOf('{ ...a } fragment a on Query { __schema { types { name } } }').asksForSchema).toBe(true);
    expect(sizeOf('{ me { __typename } }').asksForSchema).toBe(false);
  });
});

describe('every list of the schema', () => {
  it('has a size: its own, or one that a field above gives it', () => {
    const sized = Object.entries(LIST_SIZES).flatMap(([field, { sizedFields = [] }]) => {
      const [type, name] = field.split('.');
      const of = (
        schema.getType(type!) as { getFields(): Record<string, { type: { toString(): string } }> }
      ).getFields();
      return sizedFields.map((one) => `${of[name!]!.type.toString().replace('!', '')}.${one}`);
    });
    const lists = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (!isObjectType(type) || type.name.startsWith('__')) return [];
      return Object.values(type.getFields())
        .filter((field) => isListType(isNonNullType(field.type) ? field.type.ofType : field.type))
        .map(({ name }) => `${type.name}.${name}`);
    });
    expect(lists.length).toBeGreaterThan(8);
    expect(lists.filter((list) => !LIST_SIZES[list] && !sized.includes(list))).toEqual([]);
  });
});
