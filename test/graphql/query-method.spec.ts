import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { Client } from '#test/support/client';
import { secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';

const ORIGIN = 'https://shop.example';
const products = 'query ($n: Int = 3) { products(pageSize: $n) { items { id name } } }';
let shop: Shop;
let token: string;

beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on', RATE_LIMIT: 'on', CORS_ORIGINS: ORIGIN });
  token = (await Client.of(shop, 'ada')).token!;
});
afterAll(() => shop?.close());

/** Sends content, JSON unless it is text or bytes, by QUERY. */
async function query(content: unknown, headers: Record<string, string> = {}, method = 'QUERY') {
  const answer = await fetch(`${shop.gateway.url}/graphql`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  });
  const text = await answer.text();
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text && JSON.parse(text) };
}

const asAda = () => ({ authorization: `Bearer ${token}` });

describe('QUERY /graphql (RFC 10008)', () => {
  it('answers as POST does, with variables, for a named operation, for a caller', async () => {
    const requested = {
      query: 'query A { me { id } } query B($n: Int!) { me { name } products(pageSize: $n) { pageSize } }',
      operationName: 'B',
      variables: { n: 2 },
    };
    const posted = await query(requested, asAda(), 'POST');
    const queried = await query(requested, asAda());
    expect([queried.status, queried.body]).toEqual([200, posted.body]);
    expect(queried.body.data).toEqual({ me: { name: 'Ada Lovelace' }, products: { pageSize: 2 } });
  });

  it('answers persisted documents, by id and by hash', async () => {
    const byId = await query({ documentId: 'web/product', variables: { id: 'p1' } });
    expect(byId.body.data.product.product.id).toBe('p1');
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', products) } };
    const unknown = await query({ extensions });
    expect([unknown.status, unknown.body.errors[0].extensions.code]).toEqual([404, 'PERSISTED_QUERY_NOT_FOUND']);
    await query({ query: products, extensions });
    expect((await query({ extensions })).body.data.products.items).toHaveLength(3);
  });

  it('may be kept by caches as the GET may, each content by itself; POST may not', async () => {
    const search = new URLSearchParams({ query: products });
    const got = await fetch(`${shop.gateway.url}/graphql?${search}`);
    const queried = await query({ query: products });
    const names = ['cache-control', 'etag', 'surrogate-key', 'vary', 'content-type'];
    expect(queried.headers).toMatchObject(Object.fromEntries(names.map((name) => [name, got.headers.get(name)])));
    expect(queried.headers['cache-control']).toMatch(/^public, max-age=/);
    for (const name of ['ratelimit', 'x-request-id', 'server-timing'])
      expect(queried.headers).not.toHaveProperty(name);
    const known = await query({ query: products }, { 'if-none-match': queried.headers['etag']! });
    expect([known.status, known.body, known.headers['etag']]).toEqual([304, '', queried.headers['etag']]);
    const other = { query: products, variables: { n: 4 } };
    expect((await query(other, { 'if-none-match': queried.headers['etag']! })).status).toBe(200);
    const own = await query({ query: '{ me { id } }' }, asAda());
    expect(own.headers['cache-control']).toBe('private, no-cache');
    const posted = await query({ query: products }, {}, 'POST');
    expect([posted.headers['cache-control'], posted.headers['etag']]).toEqual(['no-store', undefined]);
  });

  it('says what it may consist of, on every answer of the resource', async () => {
    const answers = [
      await query({ query: products }),
      await query({ query: products }, {}, 'POST'),
      await query('a,b', { 'content-type': 'text/csv' }),
      await query({}, {}, 'PUT'),
      await query('', {}, 'OPTIONS'),
    ];
    expect(answers.map(({ status, headers }) => [status, headers['accept-query']])).toEqual(
      [200, 200, 415, 405, 204].map((status) => [status, 'application/json']),
    );
    expect(answers[4]!.headers['allow']).toBe('GET, HEAD, QUERY, POST, OPTIONS');
  });

  it('refuses a mutation, whatever else is in the document, and nothing of it runs', async () => {
    const rename = 'mutation M { updateProfile(input: { name: "Nobody" }) { user { id } } }';
    const documents = [
      { query: rename },
      { query: `query Q { me { id } } ${rename}`, operationName: 'M' },
      { documentId: 'mobile/cancel-order', variables: { id: 'o1' } },
    ];
    for (const document of documents) {
      const { status, headers, body } = await query(document, asAda());
      expect([status, headers['allow'], body.errors[0].extensions.code]).toEqual([
        405,
        'POST',
        'METHOD_NOT_ALLOWED',
      ]);
    }
    expect((await query({ query: '{ me { name } }' }, asAda())).body.data.me.name).toBe('Ada Lovelace');
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'query=%7B__typename%7D', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['text', 'text/plain', '{"query":"{__typename}"}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a document as it is', 'application/graphql', '{ __typename }', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'another kind of JSON',
      'application/merge-patch+json',
      '{"query":"{__typename}"}',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['no JSON', 'application/json', '{', 400, 'BAD_REQUEST'],
    ['a batch', 'application/json', '[{"query":"{__typename}"}]', 400, 'GRAPHQL_BATCH_REFUSED'],
    ['too much', 'application/json', JSON.stringify({ query: ' '.repeat(70_000) }), 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s', async (_, type, content, status, code) => {
    const answer = await query(content, { 'content-type': type, accept: 'application/graphql-response+json' });
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([status, code]);
    if (status === 415) expect(answer.headers['accept']).toBe('application/json');
  });

  it('refuses content that does not say what it is (RFC 10008, section 2)', async () => {
    for (const body of [undefined, Buffer.from('{"query":"{__typename}"}')]) {
      const answer = await fetch(`${shop.gateway.url}/graphql`, { method: 'QUERY', body });
      await answer.text();
      expect(answer.status).toBe(400);
    }
  });

  it('reads content in a coding, and answers in one', async () => {
    const content = gzipSync(JSON.stringify({ query: products, variables: { n: 60 } }));
    const answer = await query(content, { 'content-encoding': 'gzip', 'accept-encoding': 'gzip' });
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, 'gzip']);
    expect(answer.body.data.products.items).toHaveLength(60);
  });

  it('is limited as POST is', async () => {
    const settings = { RATE_LIMIT: 'on', RATE_LIMIT_ANONYMOUS: '4/3600' };
    const { gateway } = await secondGateway(shop, () => settings);
    const statuses: number[] = [];
    for (const method of ['QUERY', 'POST', 'QUERY', 'POST', 'QUERY']) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ query: '{ __typename }' });
      const answer = await fetch(`${gateway.url}/graphql`, { method, headers, body });
      await answer.text();
      statuses.push(answer.status);
    }
    await gateway.stop();
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
  });
});

describe('a page that asks by QUERY', () => {
  it('of a listed origin may, after a preflight, and may read what it can consist of', async () => {
    const preflight = await fetch(`${shop.gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'QUERY',
        'access-control-request-headers': 'content-type,x-csrf',
      },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
    expect(preflight.headers.get('access-control-allow-methods')).toMatch(/\bQUERY\b/);
    const { headers } = await query({ query: '{ __typename }' }, { origin: ORIGIN });
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': expect.stringMatching(/\bAccept-Query\b/),
    });
  });

  it('with a cookie needs the header that no stranger can set, as with POST', async () => {
    const browser = Browser.at(shop);
    expect(
      (await browser.post('/bff/login', { email: 'ada@example.com', password: 'analytical-engine' })).status,
    ).toBe(204);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const method of ['POST', 'QUERY']) {
      const forged = await query({ query: '{ me { id } }' }, { cookie }, method);
      expect([method, forged.status, forged.body.data]).toEqual([method, 403, undefined]);
      const own = await query({ query: '{ me { id } }' }, { cookie, 'x-csrf': '1' }, method);
      expect([method, own.status, own.body.data]).toEqual([method, 200, { me: { id: 'u1' } }]);
    }
  });
});
