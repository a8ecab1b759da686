import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

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

interface Refusal {
  message: string;
  locations?: object[];
  extensions: { code: string; requestId: string };
}
interface Asked {
  query: string;
  variables?: unknown;
  operationName?: string;
}

const post =
  (accept: string, more: object = {}) =>
  async (asked: Asked) => {
    const headers = { 'content-type': 'application/json', accept, ...as };
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ ...asked, ...more }),
    });
    expect(answer.status).toBeLessThan(500);
    return answer.text();
  };

async function get({ query, variables, operationName }: Asked): Promise<string> {
  const search = new URLSearchParams({ query });
  if (variables !== undefined) search.set('variables', JSON.stringify(variables));
  if (operationName) search.set('operationName', operationName);
  return (await fetch(`${gateway.url}/graphql?${search}`, { headers: as })).text();
}

async function overSocket(asked: Asked): Promise<string> {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: as,
  });
  try {
    for await (const answer of client.iterate(asked as never)) return JSON.stringify(answer);
    throw new Error('no answer');
  } catch (errors) {
    return JSON.stringify({ errors });
  } finally {
    await client.dispose();
  }
}

const BY = {
  POST: post('application/json'),
  // Extensions that nobody knows are Apollo's to look at.
  'POST by Apollo': post('application/json', { extensions: { unknown: true } }),
  GET: get,
  'a WebSocket': overSocket,
  SSE: post('text/event-stream'),
};

/** The errors in an answer, whether it is an event or a body. */
function errorsIn(text: string): Refusal[] {
  const body = JSON.parse(/^data: ?(\{.*)$/m.exec(text)?.[1] ?? text) as { errors: Refusal[] } & { code?: string };
  return body.errors;
}

const SECRET = 'hunter2';
const login = 'mutation ($i: LoginInput!) { login(input: $i) { tokenType } }';
const follow = 'subscription ($id: ID!) { orderStatus(id: $id) { status } }';
const product = 'query ($id: ID!) { product(id: $id) { product { id } } }';

const WRONG: [string, Asked, (keyof typeof BY)[]][] = [
  [
    'a misspelled field of an input, beside a password',
    { query: login, variables: { i: { emial: 'a@b.example', password: SECRET } } },
    ['POST', 'POST by Apollo', 'a WebSocket'],
  ],
  [
    'a password of another type',
    { query: login, variables: { i: { email: 'a@b.example', password: [SECRET] } } },
    ['POST', 'POST by Apollo', 'a WebSocket'],
  ],
  [
    'a password where none belongs',
    { query: `mutation { login(input: { email: "a@b.example", password: ["${SECRET}"] }) { tokenType } }` },
    ['POST', 'POST by Apollo', 'a WebSocket'],
  ],
  [
    'null where there is a default, beside a password',
    {
      query: `mutation ($e: String = "") { login(input: { email: $e, password: "${SECRET}" }) { tokenType } }`,
      variables: { e: null },
    },
    ['POST', 'POST by Apollo', 'a WebSocket'],
  ],
  [
    'a variable of a query',
    { query: product, variables: { id: { is: SECRET } } },
    ['POST', 'POST by Apollo', 'GET', 'a WebSocket'],
  ],
  ['a variable that is missing', { query: product }, ['POST', 'POST by Apollo', 'GET', 'a WebSocket']],
  ['a variable of a subscription', { query: follow, variables: { id: [SECRET] } }, ['SSE', 'a WebSocket']],
  ['a variable of a subscription that is missing', { query: follow }, ['SSE', 'a WebSocket']],
  [
    'a field that is nearly there',
    { query: '{ products { totl } }' },
    ['POST', 'POST by Apollo', 'GET', 'a WebSocket'],
  ],
  [
    'an enumeration',
    { query: `{ products(sort: PRICE_AS) { total } }` },
    ['POST', 'POST by Apollo', 'GET', 'a WebSocket'],
  ],
  [
    'an operation that is not named',
    { query: 'query a { products { total } } query b { products { page } }' },
    ['POST', 'POST by Apollo', 'GET', 'a WebSocket'],
  ],
  [
    'an operation that is not there',
    { query: 'query a { products { total } }', operationName: 'b' },
    ['POST', 'POST by Apollo', 'GET', 'a WebSocket'],
  ],
];

describe.each(WRONG)("in production, a client's mistake: %s", (_, asked, ways) => {
  it.each(ways)(
    'by %s is GRAPHQL_VALIDATION_FAILED, quotes and suggests nothing, and is no error of ours',
    async (way) => {
      const before = log.lines.length;
      const text = await BY[way](asked);
      const codes = errorsIn(text).map(({ extensions: { code } }) => code);
      expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
      expect(text).not.toMatch(/hunter2|did you mean/i);
      expect(log.lines.slice(before).filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    },
  );
});

// Over a WebSocket, graphql-transport-ws closes with 4400.
it.each(['POST', 'POST by Apollo'] as const)(
  'by %s, variables that are no object are BAD_REQUEST',
  async (way) => {
    const [error] = errorsIn(await BY[way]({ query: product, variables: ['p1'] }));
    expect(error!.extensions.code).toBe('BAD_REQUEST');
  },
);

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
  ])('%s', async (_, asked) => {
    for (const way of ['POST', 'POST by Apollo', 'a WebSocket'] as const) {
      const errors = errorsIn(await BY[way](asked));
      expect(errors).toHaveLength(6);
      expect(JSON.stringify(errors)).not.toContain('INTERNAL');
    }
  });
});
