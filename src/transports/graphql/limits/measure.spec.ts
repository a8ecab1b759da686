import { LIST_SIZE, type ListSizeOptions } from '#gateway/declare/list-size';
import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  getIntrospectionQuery,
  type GraphQLObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { measure } from './measure.ts';

const schema = buildSchema(`
  type Query { me: User home: Home products(pageSize: Int! = 20): ProductList orders(first: Int! = 20): OrderConnection
    last(first: Int = 20): [Order!] some(first: Int): [Order!] byIds(ids: [ID!], or: [Int] = [1, 2]): [Order!] }
  type Mutation { logout(input: LogoutInput!): Payload }
  input LogoutInput { refreshToken: String! }
  type Payload { ok: Boolean! }
  type User { id: ID! name: String! }
  type Home { user: User recentOrders(first: Int! = 5): [Order!] degraded: [Degraded!]! }
  type Degraded { part: String! }
  type Order { id: ID! lines: [OrderLine!]! }
  type OrderLine { product: Product }
  type Product { id: ID! price: Money! }
  type Money { currency: String! }
  type ProductList { items: [Product!]! total: Int! }
  type OrderConnection { nodes: [Order!]! }
`);

const declared: [type: string, field: string, size: ListSizeOptions][] = [
  ['Query', 'products', { slicingArguments: ['pageSize'], sizedFields: ['items'] }],
  ['Query', 'orders', { slicingArguments: ['first'], sizedFields: ['nodes'] }],
  ['Query', 'last', { slicingArguments: ['first'] }],
  ['Query', 'some', { slicingArguments: ['first'], assumedSize: 7 }],
  ['Query', 'byIds', { slicingArguments: ['ids', 'or'] }],
  ['Home', 'recentOrders', { slicingArguments: ['first'] }],
  ['Home', 'degraded', { assumedSize: 1 }],
  ['Order', 'lines', { assumedSize: 3 }],
];
for (const [type, field, size] of declared)
  (schema.getType(type) as GraphQLObjectType).getFields()[field]!.extensions = { [LIST_SIZE]: size };

function sizeOf(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query);
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  return measure(schema, document, operation as OperationDefinitionNode, variables);
}

describe('an operation', () => {
  it('is as deep as its deepest field, with fragments expanded', () => {
    expect(sizeOf('{ me { id } }').depth).toBe(2);
    const query =
      '{ home { ...a } } fragment a on Home { recentOrders { ...b } } fragment b on Order { lines { product { id } } }';
    expect(sizeOf(query)).toMatchObject({ depth: 5, fields: 5, rootFields: 1 });
  });

  it('counts introspection as one level, so that the depth limit does not refuse tools', () => {
    expect(sizeOf(getIntrospectionQuery({ inputValueDeprecation: true }))).toMatchObject({
      depth: 1,
      selectsSchema: true,
    });
    expect(sizeOf('{ __type(name: "User") { fields { type { ofType { name } } } } }').depth).toBe(1);
    expect(sizeOf('{ __schema { types { name } } me { id } }').depth).toBe(2);
  });

  it('counts the aliases, directives and root fields of fragments once for each spread', () => {
    const query =
      '{ a: me { x: id } b: me { ...u @skip(if: false) ...u } } fragment u on User { y: name @include(if: true) }';
    expect(sizeOf(query)).toMatchObject({ aliases: 5, directives: 3, rootFields: 2, fields: 5 });
    const hidden = 'query { ...r } fragment r on Query { ... on Query { products { total } } }';
    expect([...sizeOf(hidden).runs]).toEqual([['products', 'products']]);
  });

  it('costs one per object, as many as its page sizes allow', () => {
    expect(sizeOf('{ me { id name } }').cost).toBe(1);
    expect(sizeOf('{ products(pageSize: 50) { items { id price { currency } } } }').cost).toBe(1 + 50 * 2);
    expect(sizeOf('{ products { items { id } } }').cost).toBe(1 + 20);
    expect(sizeOf('query q($n: Int) { orders(first: $n) { nodes { id } } }', { n: 7 }).cost).toBe(1 + 7);
    expect(sizeOf('{ home { recentOrders { lines { product { id } } } } }').cost).toBe(1 + 5 * (1 + 3 * 2));
  });

  it('runs a root field once for each response key, wherever it is selected', () => {
    const query = `mutation { ...M ...M a: logout(input: $i) { ok } ... on Mutation { c: logout(input: $i) { ok } } }
      fragment M on Mutation { a: logout(input: $i) { ok } b: logout(input: $i) { ok } }`;
    expect([...sizeOf(query).runs.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('has the page size of its largest page, with variables applied', () => {
    expect(sizeOf('{ products(pageSize: 500) { total } }').page).toBe(500);
    expect(sizeOf('query q($n: Int!) { orders(first: $n) { nodes { id } } }', { n: 1e9 }).page).toBe(1e9);
  });

  it.each([
    ['what is given', { n: 100 }, 100],
    ['the default of the operation', {}, 30],
    ['that for what is undefined', { n: undefined }, 30],
    ["null, which is as the schema's default", { n: null }, 20],
    ['a value of the prototype', Object.create({ n: 7 }) as object, 30],
  ])('has variables, with %s', (_, variables, page) => {
    for (const query of [
      'query ($n: Int = 30) { products(pageSize: $n) { items { id } } }',
      'query ($n: Int = 30) { ...R } fragment R on Query { a: products(pageSize: $n) { items { id } } }',
      'query ($n: Int = 30) { ... @include(if: true) { products(pageSize: $n) { ...L } } } fragment L on ProductList { items { id } }',
    ])
      expect(sizeOf(query, variables as Record<string, unknown>)).toMatchObject({ page, cost: 1 + page });
  });

  it.each([
    ['{ last { id } }', {}, 20],
    ['{ last(first: null) { id } }', {}, 20],
    ['query ($n: Int) { last(first: $n) { id } }', { n: null }, 20],
    ['query ($n: Int) { last(first: $n) { id } }', { n: 3 }, 3],
    ['{ byIds(ids: ["a", "b", "c"]) { id } }', {}, 3],
    ['query ($a: ID!) { byIds(ids: ["a", $a, $a, $a]) { id } }', { a: 'a' }, 4],
    ['query ($ids: [ID!]) { byIds(ids: $ids) { id } }', { ids: ['a', 'b', 'c', 'd', 'e'] }, 5],
    ['query ($ids: [ID!] = ["a", "b", "c"]) { byIds(ids: $ids) { id } }', {}, 3],
    ['query ($ids: [ID!]) { byIds(ids: $ids) { id } }', { ids: null }, 2],
    ['query ($ids: [ID!], $n: [Int]) { byIds(ids: $ids, or: $n) { id } }', { ids: 'a', n: 500 }, 1],
    ['{ byIds(or: []) { id } }', {}, 0],
  ])('has lists of the size that is asked for, numbers or lists: %s with %j', (query, variables, page) => {
    expect(sizeOf(query, variables)).toMatchObject({ page, cost: page });
  });

  it('assumes the size of a list for which no number is given', () => {
    expect(sizeOf('{ some { id } }')).toMatchObject({ page: 0, cost: 7 });
    expect(sizeOf('query ($n: Int) { some(first: $n) { id } }', { n: null })).toMatchObject({ page: 0, cost: 7 });
    expect(sizeOf('{ some(first: 30) { id } }')).toMatchObject({ page: 30, cost: 30 });
  });

  it('uses the default of the schema for a variable without value', () => {
    const query = 'query ($n: Int) { products(pageSize: $n) { items { id } } }';
    expect(sizeOf(query)).toMatchObject({ page: 20, cost: 21 });
  });

  it.each([
    ['a field', '{ me { id } products(pageSize: 500) @skip(if: true) { items { id } } }', {}],
    [
      'a fragment',
      '{ me { id } ...P @include(if: false) } fragment P on Query { products(pageSize: 500) { items { id } } }',
      {},
    ],
    [
      'by a variable',
      'query ($a: Boolean!) { me { id } products(pageSize: 500) @skip(if: $a) { items { id } } }',
      { a: true },
    ],
    [
      'by its default',
      'query ($a: Boolean = false) { me { id } ... @include(if: $a) { products(pageSize: 500) { items { id } } } }',
      {},
    ],
  ])('has no cost for skipped selections, which still count as fields: %s', (_, query, variables) => {
    expect(sizeOf(query, variables)).toMatchObject({ page: 0, cost: 1, rootFields: 2, fields: 5 });
    expect([...sizeOf(query, variables).runs.keys()]).toEqual(['me']);
  });

  it('costs a fragment where it is spread, even if another spread of it is left out', () => {
    const query = '{ home { ...F @skip(if: true) } b: home { ...F } } fragment F on Home { recentOrders { id } }';
    expect(sizeOf(query).cost).toBe(2 + 5);
  });

  it('is measured in linear time, however its fragments are chained', () => {
    const links = Array.from({ length: 100 }, (_, n) => `fragment f${n} on Home { ...f${n + 1} ...f${n + 1} }`);
    const query = `{ home { ...f0 } } ${links.join(' ')} fragment f100 on Home { degraded { part } }`;
    const started = performance.now();
    expect(sizeOf(query).fields).toBeGreaterThan(1e20);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('with a fragment cycle or an unknown field is left to validation', () => {
    expect(sizeOf('{ home { ...a } } fragment a on Home { ...a }').depth).toBe(1);
    expect(sizeOf('{ nothing(first: 9) { at { all } } ...none }')).toMatchObject({ depth: 3, cost: 0 });
  });

  it('is marked as introspection wherever it selects the schema', () => {
    expect(sizeOf('{ ...a } fragment a on Query { __schema { types { name } } }').selectsSchema).toBe(true);
    expect(sizeOf('{ me { __typename } }').selectsSchema).toBe(false);
  });

  it.each([
    ['a fragment', '{ ... @defer { me { id } } }', true],
    ['a spread', '{ ...a @defer(label: "x") } fragment a on Query { me { id } }', true],
    ['a list', '{ products { items @stream(initialCount: 1) { id } } }', true],
    ['what is in a fragment', '{ ...a } fragment a on Query { products { items @stream { id } } }', true],
    ['what is left out', '{ ... @include(if: false) { ... @defer { me { id } } } }', true],
    ['no such directive', '{ ... @include(if: true) { me { id } } deferred: me { stream: id } }', false],
  ])('is marked as incremental delivery or not: %s', (_, query, isIncremental) => {
    expect(sizeOf(query).isIncremental).toBe(isIncremental);
  });
});
