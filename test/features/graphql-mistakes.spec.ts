import { readFileSync } from 'node:fs';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { type GraphqlRequest, type Way, Ways } from '#test/graphql/ways';

const log = new LogLines();
const access = new Access();
const as = access.of('u1');
let gateway: RunningGateway;

beforeAll(async () => {
  const config = loadConfig({
    NODE_ENV: 'production',
    INTERNAL_TOKEN_KEY: 'an internal key of this spec alone and long enough',
    JWT_PRIVATE_KEY: access.privateKey,
    RATE_LIMIT: 'off',
    PORT: '0',
    ADMIN_PORT: '0',
  });
  gateway = await startGateway(config, createLogger('gateway', 'info', log));
});
afterAll(() => gateway?.stop());

const send = (way: Way, params: GraphqlRequest) => new Ways(gateway.url, as).sendRequest(way, params);

const SECRET = 'hunter2';
const login = 'mutation ($i: LoginInput!) { login(input: $i) { tokenType } }';
const follow = 'subscription ($id: ID!) { orderStatus(id: $id) { status } }';
const product = 'query ($id: ID!) { product(id: $id) { product { id } } }';
const trusted = (id: string) => readFileSync(`clients/${id}.graphql`, 'utf8');

const WRONG: [string, GraphqlRequest, Way[]][] = [
  [
    'a misspelled field of an input, beside a password',
    { query: login, variables: { i: { emial: 'a@b.example', password: SECRET } } },
    ['POST', 'APQ', 'WebSocket'],
  ],
  [
    'a password of another type',
    { query: login, variables: { i: { email: 'a@b.example', password: [SECRET] } } },
    ['POST', 'APQ', 'WebSocket'],
  ],
  [
    'a password where none belongs',
    { query: `mutation { login(input: { email: "a@b.example", password: ["${SECRET}"] }) { tokenType } }` },
    ['POST', 'APQ', 'WebSocket'],
  ],
  [
    'null where there is a default, beside a password',
    {
      query: `mutation ($e: String = "") { login(input: { email: $e, password: "${SECRET}" }) { tokenType } }`,
      variables: { e: null },
    },
    ['POST', 'APQ', 'WebSocket'],
  ],
  [
    'a variable of a query',
    { query: product, variables: { id: { is: SECRET } } },
    ['POST', 'APQ', 'QUERY', 'GET', 'WebSocket'],
  ],
  [
    'an id that JSON has rounded',
    { query: product, variables: { id: 2 ** 60 } },
    ['POST', 'APQ', 'QUERY', 'GET', 'WebSocket'],
  ],
  ['a variable that is missing', { query: product }, ['POST', 'APQ', 'QUERY', 'GET', 'WebSocket']],
  ['a variable of a subscription', { query: follow, variables: { id: [SECRET] } }, ['SSE', 'WebSocket']],
  ['a variable of a subscription that is missing', { query: follow }, ['SSE', 'WebSocket']],
  [
    'a field that is nearly there',
    { query: '{ products { totl } }' },
    ['POST', 'APQ', 'QUERY', 'GET', 'WebSocket'],
  ],
  [
    'an enumeration',
    { query: `{ products(sort: PRICE_AS) { total } }` },
    ['POST', 'APQ', 'QUERY', 'GET', 'WebSocket'],
  ],
  [
    'an operation that is not named',
    { query: 'query a { products { total } } query b { products { page } }' },
    ['POST', 'APQ', 'QUERY', 'GET', 'WebSocket'],
  ],
  [
    'a condition of a subscription, without its argument',
    { query: 'subscription { notifications { id } ... @skip { notifications { id } } }' },
    ['SSE', 'WebSocket'],
  ],
  [
    'a condition of a subscription, by a variable',
    { query: 'subscription ($a: Boolean!) { notifications @include(if: $a) { id } }', variables: { a: true } },
    ['SSE', 'WebSocket'],
  ],
  [
    'a subscription of nothing',
    { query: 'subscription { notifications @skip(if: true) { id } }' },
    ['SSE', 'WebSocket'],
  ],
  [
    'the same by fragments',
    {
      query: `subscription { ... @include(if: false) { notifications { id } } ...A @skip(if: true) ...B }
        fragment A on Subscription { notifications { id } } fragment B on Subscription { ...A @skip(if: true) }`,
    },
    ['SSE', 'WebSocket'],
  ],
  [
    'the same beside a query that is asked',
    {
      query: 'query a { products { total } } subscription b { notifications @include { id } }',
      operationName: 'a',
    },
    ['POST', 'GET', 'WebSocket'],
  ],
  [
    'the same beside an operation that is not there',
    {
      query: 'query a { products { total } } subscription b { notifications @include { id } }',
      operationName: 'c',
    },
    ['POST', 'GET', 'SSE', 'WebSocket'],
  ],
  [
    'an operation that is not there',
    { query: 'query a { products { total } }', operationName: 'b' },
    ['POST', 'APQ', 'QUERY', 'GET', 'WebSocket'],
  ],
  [
    'an operation that is not there, of a trusted document',
    { query: trusted('web/product'), variables: { id: 'p1' }, operationName: 'Products' },
    ['POST', 'APQ', 'QUERY', 'GET', 'WebSocket'],
  ],
  [
    'a subscription that is not there, of a trusted document',
    { query: trusted('mobile/order-status'), variables: { id: 'o1' }, operationName: 'orderStatus' },
    ['SSE', 'WebSocket'],
  ],
];

describe.each(WRONG)("in production, a client's mistake: %s", (_, params, ways) => {
  it.each(ways)(
    'by %s is GRAPHQL_VALIDATION_FAILED, quotes and suggests nothing, and is no error of ours',
    async (way) => {
      const before = log.lines.length;
      const { status, text, body } = await send(way, params);
      expect(status).toBeLessThan(500);
      const codes = body.errors!.map(({ extensions: { code } }) => code);
      expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
      expect(text).not.toMatch(/hunter2|did you mean/i);
      expect(log.lines.slice(before).filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    },
  );
});

it.each(['POST', 'APQ', 'QUERY', 'GET', 'SSE', 'WebSocket'] as const)(
  'by %s, what is no document is GRAPHQL_PARSE_FAILED',
  async (way) => {
    const { body } = await send(way, { query: 'subscription { notifications { id }' });
    expect(body.errors!.map(({ extensions: { code } }) => code)).toEqual(['GRAPHQL_PARSE_FAILED']);
  },
);

// Over a WebSocket, graphql-transport-ws closes with 4400.
it.each(['POST', 'APQ'] as const)('by %s, variables that are no object are BAD_REQUEST', async (way) => {
  const { body } = await send(way, { query: product, variables: ['p1'] });
  expect(body.errors![0]!.extensions.code).toBe('BAD_REQUEST');
});

describe('what is wrong with a document is named up to a number', () => {
  const directives = Array.from({ length: 10 }, (_, n) => `@a${n}`).join(' ');
  const items = Array.from({ length: 10 }, () => ({ productId: [], quantity: 1 }));
  it.each([
    ['directives', { query: `{ __typename ${directives} }` }],
    ['fields', { query: `{ ${Array.from({ length: 10 }, (_, n) => `f${n}`).join(' ')} }` }],
    [
      'items of a variable',
      {
        query: 'mutation ($l: [OrderLineInput!]!) { placeOrder(input: { lines: $l }) { __typename } }',
        variables: { l: items },
      },
    ],
  ])('%s', async (_, params) => {
    for (const way of ['POST', 'APQ', 'WebSocket'] as const) {
      const { errors } = (await send(way, params)).body;
      expect(errors).toHaveLength(6);
      expect(JSON.stringify(errors)).not.toContain('INTERNAL');
    }
  });
});
