import { hash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { certificateFiles } from '#test/support/certificate';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';

const GRAPHQL = 'application/graphql-response+json';
const RANKED = `${GRAPHQL}, application/json;q=0.9`;
const partial =
  '{ products(pageSize: 40) { items { id name description } } order(id: "nothing") { order { id } } }';
const whole = '{ products(pageSize: 40) { items { id name description } } }';

const folder = mkdtempSync(join(tmpdir(), 'atrium-partial-'));
const { files, authority, remove } = certificateFiles();
let shop: Shop;
let byDefault: SecondGateway;
let secure: SecondGateway;
const access = new Access();
const { authorization } = access.of('u1') as { authorization: string };

beforeAll(async () => {
  cpSync('clients', folder, { recursive: true });
  writeFileSync(join(folder, 'web/partial.graphql'), partial.replace('{', 'query Partial {'));
  const JWT_PRIVATE_KEY = access.privateKey;
  shop = await Shop.open({ JWT_PRIVATE_KEY, CACHE: 'on', CLIENTS_DIR: folder, GRAPHQL_PARTIAL_STATUS: '294' });
  byDefault = await secondGateway(shop, () => ({ JWT_PRIVATE_KEY }));
  secure = await secondGateway(shop, () => ({ ...files, JWT_PRIVATE_KEY, GRAPHQL_PARTIAL_STATUS: '294' }));
});
afterAll(async () => {
  await byDefault?.gateway.stop();
  await secure?.gateway.stop();
  await shop?.close();
  rmSync(folder, { recursive: true });
  remove();
});

/** Asks a gateway. */
async function send(
  method: string,
  what: object | string,
  headers: Record<string, string> = {},
  url = shop.gateway.url,
) {
  const search = typeof what === 'string' ? `?${what}` : '';
  const answer = await fetch(`${url}/graphql${search}`, {
    method,
    headers: {
      accept: RANKED,
      authorization,
      ...(search ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: search ? undefined : JSON.stringify(what),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    ok: answer.ok,
    body: text ? JSON.parse(text) : undefined,
  };
}

const persistedQuery = { version: 1, sha256Hash: hash('sha256', partial) };
const WAYS: [string, string, object | string][] = [
  ['POST', 'POST', { query: partial }],
  ['GET', 'GET', `query=${encodeURIComponent(partial)}`],
  ['QUERY', 'QUERY', { query: partial }],
  ['POST by id', 'POST', { documentId: 'web/partial' }],
  ['GET by id', 'GET', 'documentId=web/partial'],
  ['QUERY by id', 'QUERY', { documentId: 'web/partial' }],
  ['APQ', 'POST', { query: partial, extensions: { persistedQuery } }],
  ['APQ, by hash alone', 'GET', `extensions=${encodeURIComponent(JSON.stringify({ persistedQuery }))}`],
];

describe('GRAPHQL_PARTIAL_STATUS=294: an answer with data and errors', () => {
  it.each(WAYS)('by %s has it', async (_, method, what) => {
    const { status, ok, headers, body } = await send(method, what);
    expect([status, ok, headers.get('content-type')]).toEqual([294, true, `${GRAPHQL}; charset=utf-8`]);
    expect(body).toMatchObject({ data: { order: null }, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(body.data.products.items).toHaveLength(40);
  });

  it.each(WAYS)('by %s is 200 for who takes plain JSON', async (_, method, what) => {
    for (const accept of ['application/json', '*/*']) {
      const { status, headers, body } = await send(method, what, { accept });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect(body.errors).toHaveLength(1);
    }
  });

  it('has it by HEAD, too, and a reason over HTTP/1.1', async () => {
    const head = await send('HEAD', `query=${encodeURIComponent(partial)}`);
    expect([head.status, head.body]).toEqual([294, undefined]);
    const path = `${shop.gateway.url}/graphql?query=${encodeURIComponent(partial)}`;
    const pending = get(path, { headers: { accept: GRAPHQL, authorization } });
    const [answer] = (await once(pending, 'response')) as [IncomingMessage];
    answer.resume();
    expect([answer.statusCode, answer.statusMessage]).toEqual([294, 'Partial Success']);
  });

  it('has it over HTTP/2, which has no reasons, without a warning', async () => {
    const warnings: unknown[] = [];
    const warned = (warning: unknown) => void warnings.push(warning);
    process.on('warning', warned);
    const { port } = new URL(secure.gateway.url);
    const session = connect(`https://localhost:${port}`, { ca: authority, host: '127.0.0.1' });
    const path = `/graphql?query=${encodeURIComponent(partial)}`;
    const stream = session.request({ ':path': path, accept: GRAPHQL, authorization });
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    await stream.resume().toArray();
    session.close();
    process.off('warning', warned);
    expect([headers[':status'], warnings]).toEqual([294, []]);
  });

  it('has it where nothing of what was asked for is there', async () => {
    const query = 'mutation { cancelOrder(input: { id: "nothing" }) { __typename } }';
    const { status, body } = await send('POST', { query });
    expect([status, body.data, body.errors[0].extensions.code]).toEqual([294, { cancelOrder: null }, 'NOT_FOUND']);
  });

  it('is kept by no cache, and is never 304', async () => {
    const kept = await send('GET', `query=${encodeURIComponent(whole)}`);
    expect([kept.status, kept.headers.get('etag')]).toEqual([200, expect.any(String)]);
    for (const method of ['GET', 'QUERY']) {
      const what = method === 'GET' ? `query=${encodeURIComponent(partial)}` : { query: partial };
      const { status, headers } = await send(method, what, { 'if-none-match': '*' });
      const names = ['cache-control', 'etag', 'surrogate-key', 'age'];
      expect([status, ...names.map((name) => headers.get(name))]).toEqual([294, 'no-store', null, null, null]);
    }
  });

  it('is compressed as any success is', async () => {
    const { status, headers, body } = await send('POST', { query: partial }, { 'accept-encoding': 'gzip' });
    expect([status, headers.get('content-encoding')]).toEqual([294, 'gzip']);
    expect(body.data.products.items).toHaveLength(40);
  });

  it('is a success in the access line and the metrics, with the code of what failed', async () => {
    await send('POST', { query: partial }, { 'x-request-id': 'a-partial-one' });
    expect(shop.logs.gateway.with({ requestId: 'a-partial-one', msg: 'request' })).toMatchObject([
      { level: 'info', status: 294, code: 'NOT_FOUND' },
    ]);
    const counted = /^http_request_duration_seconds_count\{.*route="\/graphql".*status="294".*\} (\d+)$/m;
    expect(await shop.metric(counted)).toBeGreaterThan(0);
  });
});

it.each([
  ['without errors', { query: whole }, RANKED, 200],
  ['that is refused before it runs', { query: '{ nothing }' }, RANKED, 400],
  ['whose variables do not fit', { query: 'query ($n: Int!) { products(page: $n) { total } }' }, RANKED, 400],
  ['that nobody may ask for', { query: '{ me { id } products { total } }' }, RANKED, 401],
])('an answer %s has the status it had', async (_, what, accept, status) => {
  const headers: Record<string, string> = status === 401 ? { accept, authorization: '' } : { accept };
  expect((await send('POST', what, headers)).status).toBe(status);
});

it('by default an answer with data and errors is 200', async () => {
  for (const accept of [GRAPHQL, RANKED, 'application/json']) {
    const { status, body } = await send('POST', { query: partial }, { accept }, byDefault.gateway.url);
    expect([status, body.errors.length]).toEqual([200, 1]);
  }
});

it('the OpenAPI document of a gateway has the status that it sends', async () => {
  const statusesAt = async (url: string) => {
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>;
    };
    const { responses } = paths['/graphql']!['post']!;
    return Object.entries(responses).flatMap(([status, { content }]) =>
      status.startsWith('2') ? [[status, Object.keys(content)]] : [],
    );
  };
  const whole200 = ['200', ['application/json', GRAPHQL]];
  expect(await statusesAt(byDefault.gateway.url)).toEqual([whole200]);
  expect(await statusesAt(shop.gateway.url)).toEqual([whole200, ['294', [GRAPHQL]]]);
});
