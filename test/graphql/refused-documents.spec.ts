import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { type GraphqlRequest, type Way, Ways } from './ways.ts';

const log = new LogLines();
const access = new Access();
let gateway: RunningGateway;

beforeAll(async () => {
  const config = loadConfig({ JWT_PRIVATE_KEY: access.privateKey, RATE_LIMIT: 'off', PORT: '0', ADMIN_PORT: '0' });
  gateway = await startGateway(config, createLogger('gateway', 'info', log));
});
afterAll(() => gateway?.stop());

const ways = () => new Ways(gateway.url, access.of('u1'));
const READS: Way[] = ['POST', 'POST as GraphQL', 'GET', 'APQ', 'QUERY', 'WebSocket'];
const ALL: Way[] = [...READS, 'SSE'];

/** Where the status says that a document was refused (GraphQL over HTTP): plain JSON and messages have no word for it. */
const STATUS: Record<Way, number> = {
  POST: 200,
  APQ: 200,
  WebSocket: 200,
  GET: 400,
  QUERY: 400,
  SSE: 400,
  'POST as GraphQL': 400,
};

/** Asks it by one way. @returns its status, the code and the message; an error line of ours fails */
async function refusalOf(
  way: Way,
  requested: GraphqlRequest,
): Promise<[status: number, code: string, message: string]> {
  const before = log.lines.length;
  const { status, body } = await ways().sendRequest(way, requested);
  expect(log.lines.slice(before).filter(({ level }) => level === 'error')).toEqual([]);
  expect(body).not.toHaveProperty('data');
  const [error, ...more] = body.errors!;
  expect(more).toEqual([]);
  return [status, error!.extensions.code, error!.message];
}

describe('an empty selection set, legal in GraphQL of September 2026, is refused with one code', () => {
  const EMPTY = [
    '{ }',
    '{}',
    'query Q { }',
    'query Q { me { } }',
    '{ me { # nothing\n , \uFEFF} }',
    '{ ... { } }',
    'subscription S { orderStatus(id: "x") { } }',
    'query Q { ...F } fragment F on Query { }',
  ];
  it.each(ALL)('by %s', async (way) => {
    for (const query of EMPTY) {
      const [status, code, message] = await refusalOf(way, { query });
      expect([query, status, code]).toEqual([query, STATUS[way], 'GRAPHQL_PARSE_FAILED']);
      expect(message).toBe('Syntax Error: A selection set must have a field.');
    }
  });

  it('by POST in a mutation', async () => {
    const query = 'mutation { logout(input: { refreshToken: "x" }) { } }';
    expect(await refusalOf('POST as GraphQL', { query })).toEqual([
      400,
      'GRAPHQL_PARSE_FAILED',
      expect.any(String),
    ]);
  });
});

describe('incremental delivery is refused with one code and a sentence', () => {
  const INCREMENTAL = [
    '{ ... @defer { __typename } }',
    '{ ...F @defer(label: "x") } fragment F on Query { __typename }',
    '{ products { items @stream(initialCount: 1) { id } } }',
    'query ($no: Boolean = false) { ... @include(if: $no) { products { items @stream { id } } } }',
  ];
  const sentence = '@defer and @stream are not supported.';
  it.each(READS)('by %s', async (way) => {
    for (const query of INCREMENTAL)
      expect([query, ...(await refusalOf(way, { query }))]).toEqual([
        query,
        STATUS[way],
        'GRAPHQL_INCREMENTAL_REFUSED',
        sentence,
      ]);
  });

  it('by SSE and WebSocket in a subscription, and by POST in a mutation', async () => {
    const query = 'subscription { orderStatus(id: "x") { ... @defer { status } } }';
    const refused = [400, 'GRAPHQL_INCREMENTAL_REFUSED', sentence];
    expect(await refusalOf('SSE', { query })).toEqual(refused);
    expect((await refusalOf('WebSocket', { query })).slice(1)).toEqual(refused.slice(1));
    const mutation = 'mutation { logout(input: { refreshToken: "x" }) { ... @defer { ok } } }';
    expect(await refusalOf('POST as GraphQL', { query: mutation })).toEqual(refused);
  });

  it('to a client that would take parts, too', async () => {
    const accept = 'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9';
    const { status, body } = await ways().send('POST', { query: INCREMENTAL[0] }, accept);
    expect([status, body.errors![0]!.extensions.code]).toEqual([400, 'GRAPHQL_INCREMENTAL_REFUSED']);
  });
});

describe('a batch is refused with one code and a sentence', () => {
  it.each([
    ['POST', 'application/json', 200],
    ['POST', 'application/graphql-response+json', 400],
    ['POST', 'text/event-stream', 400],
    ['QUERY', 'application/graphql-response+json', 400],
  ])('by %s, for %s', async (method, accept, status) => {
    for (const batch of [
      [],
      [{ query: '{ __typename }' }],
      [{ documentId: 'web/home' }, { query: '{ __typename }' }],
    ]) {
      const answer = await ways().send(method, batch, accept);
      const { message, extensions } = answer.body.errors![0]!;
      expect([answer.status, extensions.code, message]).toEqual([
        status,
        'GRAPHQL_BATCH_REFUSED',
        'Batches are not supported: send one operation per request.',
      ]);
    }
  });
});

describe('descriptions, of GraphQL of September 2025, mean nothing for the answer', () => {
  const query = `"""The operation."""
    query Described("A variable." $no: Boolean = false) { __typename ...F @skip(if: $no) }
    "The fragment." fragment F on Query { again: __typename }`;
  it.each(READS)('by %s', async (way) => {
    expect((await ways().sendRequest(way, { query })).body).toEqual({
      data: { __typename: 'Query', again: 'Query' },
    });
  });

  it('and have no place before a document without the word query (GraphQL, section 2.5)', async () => {
    for (const way of ALL)
      expect((await refusalOf(way, { query: '"No place." { __typename }' })).slice(0, 2)).toEqual([
        STATUS[way],
        'GRAPHQL_PARSE_FAILED',
      ]);
  });
});

it('what is wrong with the parameters themselves is BAD_REQUEST, naming the parameter', async () => {
  const WRONG: [object, string][] = [
    [{}, 'query'],
    [{ query: '' }, 'query'],
    [{ query: 1 }, 'query'],
    [{ query: '{ __typename }', variables: '{}' }, 'variables'],
    [{ query: '{ __typename }', variables: [] }, 'variables'],
    [{ query: '{ __typename }', extensions: [] }, 'extensions'],
    [{ query: '{ __typename }', operationName: 3 }, 'operationName'],
    [{ documentId: 3 }, 'documentId'],
  ];
  for (const [body, field] of WRONG) {
    for (const method of ['POST', 'QUERY']) {
      const answer = await ways().send(method, body, 'application/json');
      expect([body, answer.status, answer.body.errors![0]!.extensions]).toEqual([
        body,
        400,
        expect.objectContaining({ code: 'BAD_REQUEST', errors: [expect.objectContaining({ field })] }),
      ]);
    }
  }
});

it('a parameter that is null is as good as none, and so is an empty one in a query string', async () => {
  const nothing = { operationName: null, variables: null, extensions: null, documentId: null };
  const posted = await ways().send('POST', { query: '{ __typename }', ...nothing }, 'application/json');
  const search = 'query=%7B__typename%7D&operationName=&variables=&extensions=&documentId=';
  const got = await fetch(`${gateway.url}/graphql?${search}`);
  const data = { __typename: 'Query' };
  expect([posted.body, await got.json()]).toEqual([{ data }, { data }]);
});

it.each([
  ['query=%7B__typename%7D&variables=%7B', 'variables'],
  ['query=%7B__typename%7D&variables=%5B%5D', 'variables'],
  ['query=%7B__typename%7D&variables=%7B%7D&variables=%7B%7D', 'variables'],
  ['query=%7B__typename%7D&query=%7B__typename%7D', 'query'],
  ['', 'query'],
])('a GET of ?%s is BAD_REQUEST, naming %s', async (search, field) => {
  const answer = await fetch(`${gateway.url}/graphql?${search}`);
  const { errors } = (await answer.json()) as { errors: { extensions: object }[] };
  expect([answer.status, errors[0]!.extensions]).toMatchObject([
    400,
    { code: 'BAD_REQUEST', errors: [{ field }] },
  ]);
});
