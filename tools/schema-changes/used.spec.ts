import { describe, expect, it } from '@jest/globals';
import type { Change } from './change.ts';
import type { OpenApi } from './openapi.ts';
import { readUsage, type Usage, usageLines } from './used.ts';

const removed = (coordinate: string): Change => {
  return { what: `${coordinate} was removed.`, isBreaking: true, coordinate, operations: [] };
};
const client = (name: string, version: string, calls: number) => ({ name, version, calls });
const USAGE: Usage = {
  from: '2026-11-27',
  to: '2026-11-27',
  operations: [
    {
      sha256: 'a'.repeat(64),
      name: 'web/home',
      coordinates: ['Query.home', 'Product.imageUrl', 'Product.name'],
      clients: [client('web', '2.0.0', 700), client('app', '1.4.0', 100)],
    },
    {
      sha256: 'b'.repeat(64),
      name: 'mobile/orders',
      coordinates: ['Query.orders', 'Order.total'],
      clients: [client('app', '1.4.0', 150), client('app', '1.5.0', 50)],
    },
  ],
};

const json = ($ref: string) => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${$ref}` } } },
});
const text = { type: 'string' };
const DOCUMENT: OpenApi = {
  paths: {
    '/v1/home': { get: { responses: { 200: json('Home') } } },
    '/v1/orders': { post: { requestBody: json('OrderBody'), responses: { 201: json('Order') } } },
  },
  components: {
    schemas: {
      Home: { properties: { user: { $ref: '#/components/schemas/User' }, total: { type: 'integer' } } },
      User: { properties: { name: text, email: text } },
      OrderBody: { properties: { productId: text } },
      Order: { properties: { id: text } },
    },
  },
};
const NO_ROUTES: Usage = { ...USAGE, routes: [] };
const linesOf = (changes: Change[], usage: Usage = NO_ROUTES) => usageLines(changes, usage, DOCUMENT);

describe('the use of what a change breaks', () => {
  it('is a share of all calls, and of those of each version of a client', () => {
    expect(linesOf([removed('Product.imageUrl')])).toEqual([
      'USED     Product.imageUrl was removed. 800 of 1,000 calls (80.0 %).',
      'BROKEN   web 2.0.0: 700 of its 700 calls (100.0 %), in web/home.',
      'BROKEN   app 1.4.0: 100 of its 250 calls (40.0 %), in web/home.',
      '2 of 3 client versions break on 2026-11-27, with 800 of 1,000 calls (80.0 %).',
    ]);
  });

  it('counts a call once that several changes break', () => {
    const lines = linesOf([removed('Product.imageUrl'), removed('Product.name'), removed('Order.total')]);
    expect(lines.at(-1)).toBe('3 of 3 client versions break on 2026-11-27, with 1,000 of 1,000 calls (100.0 %).');
    expect(lines).toContain('BROKEN   app 1.4.0: 250 of its 250 calls (100.0 %), in mobile/orders, web/home.');
  });

  it('is nothing for a field that nobody selected, and for a change that breaks nothing', () => {
    expect(linesOf([removed('User.email'), { ...removed('Query.home'), isBreaking: false }])).toEqual([
      'USED     User.email was removed. 0 of 1,000 calls (0.0 %).',
      '0 of 3 client versions break on 2026-11-27, with 0 of 1,000 calls (0.0 %).',
    ]);
  });

  it('is not said to be nothing where it is little', () => {
    const [first, second] = USAGE.operations as [Usage['operations'][0], Usage['operations'][0]];
    const usage = { ...NO_ROUTES, operations: [first, { ...second, clients: [client('app', '1', 0.5)] }] };
    expect(linesOf([removed('Order.total')], usage)[0]).toContain('(less than 0.1 %)');
  });

  it('of a day without calls is said to be none', () => {
    expect(linesOf([removed('Order.total')], { ...NO_ROUTES, operations: [] })).toEqual([
      'No operation was called on 2026-11-27.',
    ]);
  });
});

describe('the use of REST', () => {
  const routes = [
    { route: 'GET /v1/home', clients: [client('web', '2.0.0', 300)] },
    { route: 'GET /v1/home', fields: ['user.name'], clients: [client('app', '1.4.0', 150)] },
    { route: 'GET /v1/home', fields: ['user', 'total'], clients: [client('app', '1.5.0', 50)] },
    { route: 'POST /v1/orders', clients: [client('web', '2.0.0', 400)] },
    { route: 'HEAD /v1/home', clients: [client('probe', '1', 60)] },
    { route: 'GET /v1/newer', clients: [client('app', '1.5.0', 40)] },
  ];
  const usage = { ...USAGE, operations: [], routes };
  const broken = (...coordinates: string[]) =>
    linesOf(coordinates.map(removed), usage).flatMap(
      (line) => /^BROKEN +(\w+ [\d.]+): (\d+)/.exec(line)?.slice(1) ?? [],
    );

  it.each<[string, string[]]>([
    ['GET /v1/home', ['web 2.0.0', '300', 'app 1.4.0', '150', 'probe 1', '60', 'app 1.5.0', '50']],
    ['REST User.email', ['web 2.0.0', '300', 'probe 1', '60', 'app 1.5.0', '50']],
    ['REST User.name', ['web 2.0.0', '300', 'app 1.4.0', '150', 'probe 1', '60', 'app 1.5.0', '50']],
    ['REST Home.total', ['web 2.0.0', '300', 'probe 1', '60', 'app 1.5.0', '50']],
    ['REST OrderBody.productId', ['web 2.0.0', '400']],
    ['POST /v1/orders', ['web 2.0.0', '400']],
    ['REST Nobody.asks', []],
    ['User.email', []],
  ])(
    'is of the operations that send or get it, and of the calls that may have selected it: %s',
    (place, calls) => {
      expect(broken(place)).toEqual(calls);
    },
  );

  it('is a share of the calls of REST and GraphQL together', () => {
    expect(linesOf([removed('REST User.email')], { ...USAGE, routes }).slice(0, 2)).toEqual([
      'USED     REST User.email was removed. 410 of 2,000 calls (20.5 %).',
      'BROKEN   web 2.0.0: 300 of its 1,400 calls (21.4 %), in GET /v1/home.',
    ]);
  });

  it('of a view is that of its operation', () => {
    expect(linesOf([removed('GET /v1/views/web/home')])[0]).toContain('800 of 1,000 calls');
  });

  it('is said to be missing from the usage of a gateway that did not count it', () => {
    expect(linesOf([removed('REST User.email')], USAGE)).toEqual([
      'The usage has no calls of REST: its gateway did not count them.',
      '0 of 3 client versions break on 2026-11-27, with 0 of 1,000 calls (0.0 %).',
    ]);
  });
});

describe('a file of usage', () => {
  it('is an answer of GET /admin/usage', () => {
    expect(readUsage(JSON.stringify({ ...USAGE, fields: [] }))).toEqual(USAGE);
  });

  it.each([
    ['no JSON', 'calls: 7', /is not JSON/],
    ['another answer', '{"code":"UNAUTHENTICATED"}', /not an answer of GET \/admin\/usage: from: /],
    ['a list', '[]', /the file: /],
  ])('with %s is refused with what is wrong', (_, text, message) => {
    expect(() => readUsage(text)).toThrow(message);
  });
});
