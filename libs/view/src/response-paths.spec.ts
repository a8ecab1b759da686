import { describe, expect, it } from '@jest/globals';
import { buildSchema, execute, type GraphQLResolveInfo, parse } from 'graphql';
import { byPlace, responsePaths } from './response-paths.ts';

const schema = buildSchema(`
  type Query { home: Home me: User orders(first: Int): OrderConnection page: OrderPage place: Result node: Node products: ProductList }
  type Home { user: User recentOrders(first: Int! = 5): [Order!] related(first: Int): [Product!] }
  type User { id: ID! }
  type OrderPage { order: Order! }
  interface Node { id: ID! }
  type Order implements Node { id: ID! lines: [Line!] }
  type Line { quantity: Int product: Product }
  type Product { id: ID! }
  type ProductList { items: [Product!] }
  type OrderConnection { edges: [Edge!] nodes: [Order!] pageInfo: PageInfo }
  type PageInfo { hasNextPage: Boolean }
  type Edge { cursor: String node: Order }
  type Accepted { order: Order }
  type Refused { code: String }
  union Result = Accepted | Refused
`);

const line = { quantity: 1, product: null };
const order = (id: string) => ({ id, lines: [line, line] });
const orders = [order('a'), order('b')];
const rootValue = {
  home: { user: null, recentOrders: orders, related: [] },
  me: { id: 'u1' },
  orders: { nodes: orders, edges: orders.map((node) => ({ node })) },
  page: { order: order('a') },
  place: { __typename: 'Accepted', order: order('a') },
  node: { __typename: 'Order', ...order('a') },
  products: { items: [] },
};

/** The response paths of parts of the first root field of a document. */
async function pathsIn(source: string, parts: string[], variableValues = {}, withIndices = true) {
  let info: GraphQLResolveInfo;
  const { data } = await execute({
    schema,
    document: parse(source),
    rootValue,
    variableValues,
    fieldResolver: (from, _, __, its) => {
      if (!its.path.prev) info ??= its;
      return (from as Record<string, unknown>)[its.fieldName];
    },
  });
  return parts.flatMap((part) => responsePaths(info, part, data, withIndices));
}

describe('the paths of a response', () => {
  it.each<[string, string, string[], string[]]>([
    ['the field', '{ home { recentOrders { id } } }', ['recentOrders'], ['home.recentOrders']],
    ['an alias of it', '{ a: home { b: recentOrders { id } } }', ['recentOrders'], ['a.b']],
    [
      'each alias',
      '{ home { b: recentOrders { id } a: recentOrders(first: 1) { id } } }',
      ['recentOrders'],
      ['home.b', 'home.a'],
    ],
    [
      'the path of a field that was not selected',
      '{ home { recentOrders { id } } }',
      ['recentOrders.2'],
      ['home.recentOrders.2'],
    ],
    [
      'the path of an omitted list element, if the alias selects as many',
      '{ home { a: recentOrders(first: 2) { id } b: recentOrders(first: 3) { id } } }',
      ['recentOrders.2'],
      ['home.b.2'],
    ],
    [
      'every element that contains it',
      '{ page { o: order { l: lines { p: product { id } } } } }',
      ['order.lines.product'],
      ['page.o.l.0.p', 'page.o.l.1.p'],
    ],
    [
      'every element of every list',
      '{ home { recentOrders { lines { product { id } } } } }',
      ['recentOrders.lines.product'],
      ['0.lines.0', '0.lines.1', '1.lines.0', '1.lines.1'].map((at) => `home.recentOrders.${at}.product`),
    ],
    [
      'one element of one list',
      '{ home { recentOrders { lines { product { id } } } } }',
      ['recentOrders.1.lines.0.product'],
      ['home.recentOrders.1.lines.0.product'],
    ],
    [
      'the nodes of a connection',
      '{ o: orders { nodes { id } } }',
      ['items', 'items.2'],
      ['o.nodes', 'o.nodes.2'],
    ],
    [
      'the edges of a connection',
      '{ orders { e: edges { cursor n: node { lines { product { id } } } } } }',
      ['nodes.2', 'nodes.1.lines.0.product', 'nodes'],
      ['orders.e.2', 'orders.e.1.n.lines.0.product', 'orders.e'],
    ],
    [
      'both of a connection',
      '{ orders { edges { cursor } nodes { id } } }',
      ['nodes.0'],
      ['orders.nodes.0', 'orders.edges.0'],
    ],
    [
      'an unselected field, by its name',
      '{ orders { pageInfo { hasNextPage } } }',
      ['items.2'],
      ['orders.nodes.2'],
    ],
    ['the answer itself', '{ i: me { id } }', ['me'], ['i']],
    ['a list with its REST name', '{ products { all: items { id } } }', ['items.3'], ['products.all.3']],
    [
      'a member of a union',
      '{ place { ... on Accepted { order { lines { product { id } } } } ... on Refused { code } } }',
      ['order.lines.1.product'],
      ['place.order.lines.1.product'],
    ],
    [
      'an implementation of an interface',
      '{ n: node { id ... on Order { l: lines { product { id } } } } }',
      ['lines.0.product', 'lines.product'],
      ['n.l.0.product', 'n.l.0.product', 'n.l.1.product'],
    ],
    ['an interface itself', '{ n: node { id ... on Order { lines { quantity } } } }', ['node'], ['n']],
    ['a union itself', '{ p: place { __typename } }', ['place'], ['p']],
    [
      'fragments, each once',
      '{ home { ...A ...A ...B } } fragment A on Home { x: recentOrders { id } } fragment B on Home { x: recentOrders { lines { quantity } } y: user { id } }',
      ['recentOrders', 'user'],
      ['home.x', 'home.y'],
    ],
  ])('name %s', async (_, source, parts, paths) => {
    expect(await pathsIn(source, parts)).toEqual(paths);
  });

  it('follow directives and variables', async () => {
    const source = `query ($n: Int!, $no: Boolean!) { home {
      a: recentOrders(first: $n) { id } b: recentOrders @include(if: $no) { id } c: recentOrders @skip(if: $no) { id }
    } }`;
    const paths = (n: number, no: boolean) => pathsIn(source, ['recentOrders.3'], { n, no });
    expect(await paths(3, false)).toEqual(['home.c.3']);
    expect(await paths(4, true)).toEqual(['home.a.3', 'home.b.3']);
  });

  it('list all elements once if indices are not needed', async () => {
    const paths = await pathsIn(
      '{ page { order { lines { p: product { id } } } } }',
      ['order.lines.product'],
      {},
      false,
    );
    expect(paths).toEqual(['page.order.lines.p']);
  });

  it('list a part in very many places once', async () => {
    rootValue.home.recentOrders = Array.from({ length: 60 }, () => order('a'));
    const source = '{ home { r: recentOrders(first: 60) { lines { product { id } } } } }';
    expect(await pathsIn(source, ['recentOrders.lines.product'])).toEqual(['home.r.lines.product']);
    rootValue.home.recentOrders = orders;
  });
});

describe('the order of a response', () => {
  it('is that of the document, with lists by index', () => {
    const data = { b: { y: null, x: [{ p: null }] }, a: null };
    const paths = ['a', 'b.x.10.p', 'b.nowhere', 'b.x.9.p', 'b.x', 'b.y'];
    expect(paths.toSorted(byPlace(data))).toEqual(['b.y', 'b.x', 'b.x.9.p', 'b.x.10.p', 'b.nowhere', 'a']);
    expect(paths.toSorted(byPlace(null))).toHaveLength(paths.length);
  });
});
