import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchCoded } from '#gateway/edge/compression/coded.fixture';
import { certificateFiles } from '#test/support/certificate';
import { Client } from '#test/support/client';
import { secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';

const CODINGS = ['zstd', 'br', 'gzip'] as const;
const LIST = '/v1/products?pageSize=20';

let shop: Shop;
let bearer: Record<string, string>;
beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on' });
  const ada = await Client.of(shop, 'ada');
  bearer = { authorization: `Bearer ${ada.token}` };
});
afterAll(() => shop?.close());

const get = (path: string, headers: Record<string, string> = {}) => fetchCoded(shop.gateway.url + path, headers);
const coded = (path: string, coding: string, headers: Record<string, string> = {}) =>
  get(path, { 'accept-encoding': coding, ...headers });
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetchCoded(shop.gateway.url + path, headers, { method: 'POST', body });

describe('an answer of a cache', () => {
  it('comes in the coding that its client accepts, each with a strong entity tag of its own', async () => {
    const plain = await get(LIST);
    expect(plain.headers).toMatchObject({ vary: 'Accept, Accept-Version, Accept-Encoding' });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    const tag = plain.headers['etag']!;
    // The second time it is found packed.
    for (const coding of [...CODINGS, ...CODINGS]) {
      const { headers, bytes, text } = await coded(LIST, coding);
      expect(text).toBe(plain.text);
      expect(bytes.length).toBeLessThan(plain.bytes.length / 2);
      expect(headers).toMatchObject({
        'content-encoding': coding,
        'content-length': `${bytes.length}`,
        'content-type': 'application/json; charset=utf-8',
        etag: `${tag.slice(0, -1)}-${coding}"`,
        vary: 'Accept, Accept-Version, Accept-Encoding',
      });
    }
  });

  it('has the same bytes each time under its tag, whether they were packed before or not', async () => {
    const path = '/v1/products?pageSize=21';
    for (const coding of CODINGS) {
      const answers = [await coded(path, coding), await coded(path, coding), await coded(path, coding)];
      expect(new Set(answers.map(({ headers }) => headers['etag'])).size).toBe(1);
      expect(new Set(answers.map(({ bytes }) => bytes.toString('hex'))).size).toBe(1);
    }
  });

  it('is 304 to who has it in a coding that they accept, under the tag that they have', async () => {
    const tags = new Map<string, string>();
    for (const coding of CODINGS) tags.set(coding, (await coded(LIST, coding)).headers['etag']!);
    tags.set('identity', (await get(LIST)).headers['etag']!);
    for (const [coding, tag] of tags) {
      for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
        const { status, headers, bytes } = await coded(LIST, 'gzip, br, zstd', { 'if-none-match': known });
        expect([coding, status, headers['etag'], bytes.length]).toEqual([coding, 304, tag, 0]);
        expect(headers['vary']).toBe('Accept, Accept-Version, Accept-Encoding');
        expect(headers['content-encoding']).toBeUndefined();
      }
    }
    // A cache that has it in zstd asks for a client that cannot read that.
    const other = await coded(LIST, 'gzip', { 'if-none-match': tags.get('zstd')! });
    expect([other.status, other.headers['content-encoding']]).toEqual([200, 'gzip']);
    const none = await get(LIST, { 'if-none-match': tags.get('gzip')! });
    expect([none.status, none.headers['content-encoding']]).toEqual([200, undefined]);
  });

  it('has to HEAD the headers that it has to GET', async () => {
    const got = await coded(LIST, 'br');
    const head = await fetchCoded(shop.gateway.url + LIST, { 'accept-encoding': 'br' }, { method: 'HEAD' });
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    for (const name of ['content-encoding', 'content-length', 'content-type', 'etag', 'vary'])
      expect([name, head.headers[name]]).toEqual([name, got.headers[name]]);
  });

  it('is 304 to a HEAD of who has it, as to a GET: under the tag that they have, in no coding', async () => {
    const method = 'HEAD';
    for (const coding of [...CODINGS, 'identity']) {
      const tag = (await coded(LIST, coding)).headers['etag']!;
      const conditions = { 'accept-encoding': 'gzip, br, zstd', 'if-none-match': tag };
      const { status, headers, bytes } = await fetchCoded(shop.gateway.url + LIST, conditions, { method });
      expect([coding, status, headers['etag'], bytes.length]).toEqual([coding, 304, tag, 0]);
      expect(headers['vary']).toBe('Accept, Accept-Version, Accept-Encoding');
      expect(headers['content-encoding']).toBeUndefined();
    }
  });

  it("comes so where it is a caller's own, to each caller their own", async () => {
    const grace = await Client.of(shop, 'grace');
    const callers = [bearer, { authorization: `Bearer ${grace.token}` }];
    const homes = await Promise.all(callers.map((headers) => get('/v1/home', headers)));
    expect(homes[0]!.text).not.toBe(homes[1]!.text);
    for (let time = 0; time < 3; time += 1) {
      const answers = await Promise.all(callers.map((headers) => coded('/v1/home', 'zstd', headers)));
      expect(answers.map(({ text }) => text)).toEqual(homes.map(({ text }) => text));
      for (const { headers, bytes, text } of answers) {
        expect(headers).toMatchObject({ 'content-encoding': 'zstd', 'cache-control': 'private, no-cache' });
        expect(bytes.length).toBeLessThanOrEqual(0.3 * Buffer.byteLength(text));
      }
    }
  });

  it('comes so to a QUERY, too', async () => {
    const requested = { method: 'QUERY', body: { pageSize: 20 } };
    const plain = await fetchCoded(`${shop.gateway.url}/v1/products`, {}, requested);
    for (const coding of CODINGS) {
      const { status, headers, text } = await fetchCoded(
        `${shop.gateway.url}/v1/products`,
        { 'accept-encoding': coding },
        requested,
      );
      expect([status, headers['content-encoding'], text]).toEqual([200, coding, plain.text]);
    }
  });

  it('comes so in its envelope, and as a trusted operation', async () => {
    const enveloped = await coded(LIST, 'zstd', { accept: 'application/vnd.envelope+json' });
    expect(enveloped.headers['content-encoding']).toBe('zstd');
    expect(JSON.parse(enveloped.text)).toMatchObject({ code: 'OK', data: { page: 1 } });
    expect(enveloped.headers['etag']).not.toBe((await coded(LIST, 'zstd')).headers['etag']);
    const view = await coded('/v1/views/web/home', 'zstd', bearer);
    expect([view.status, view.headers['content-encoding']]).toEqual([200, 'zstd']);
  });
});

const PRODUCTS = '{ products(pageSize: 20) { items { id name description category } } }';

describe('an answer of GraphQL', () => {
  it('comes in a coding to a query, by POST and by GET', async () => {
    const plain = await post('/graphql', { query: PRODUCTS });
    expect(plain.headers['vary']).toContain('Accept-Encoding');
    for (const coding of [...CODINGS, ...CODINGS]) {
      const posted = await post('/graphql', { query: PRODUCTS }, { 'accept-encoding': coding });
      expect([posted.headers['content-encoding'], posted.headers['etag']]).toEqual([coding, undefined]);
      expect(posted.text).toBe(plain.text);
      const got = await coded(`/graphql?query=${encodeURIComponent(PRODUCTS)}`, coding);
      expect(got.headers).toMatchObject({
        'content-encoding': coding,
        etag: expect.stringContaining(`-${coding}"`),
      });
      expect(got.text).toBe(plain.text);
    }
  });
});

describe('the reference', () => {
  it.each(['/openapi.json', '/docs', '/docs/errors', '/docs/openapi.json'])(
    'comes in each coding: %s',
    async (path) => {
      const plain = await get(path);
      for (const coding of CODINGS) {
        const { headers, bytes, text } = await coded(path, coding);
        expect(headers).toMatchObject({ 'content-encoding': coding, 'content-length': `${bytes.length}` });
        expect(headers['vary']).toContain('Accept-Encoding');
        expect(text).toBe(plain.text);
        expect(bytes.length).toBeLessThan(plain.bytes.length / 2);
      }
    },
  );
});

it('compresses answers over HTTP/2 as over HTTP/1.1', async () => {
  const { files, authority, remove } = certificateFiles();
  const secure = await secondGateway(shop, () => ({ CACHE: 'on', ...files }));
  const session = connect(`https://localhost:${new URL(secure.gateway.url).port}`, {
    ca: authority,
    host: '127.0.0.1',
  });
  try {
    const plain = await get(LIST);
    for (const method of ['GET', 'HEAD']) {
      const stream = session.request({ ':method': method, ':path': LIST, 'accept-encoding': 'zstd' });
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      const bytes = await buffer(stream);
      expect(headers).toMatchObject({ ':status': 200, 'content-encoding': 'zstd', vary: plain.headers['vary'] });
      if (method === 'HEAD') expect(bytes.length).toBe(0);
      else
        expect([headers['content-length'], String(zstdDecompressSync(bytes))]).toEqual([
          `${bytes.length}`,
          plain.text,
        ]);
    }
  } finally {
    session.destroy();
    await secure.gateway.stop();
    remove();
  }
});

it('metrics come packed to who scrapes them', async () => {
  const { headers, text } = await fetchCoded(`${shop.gateway.adminUrl}/metrics`, { 'accept-encoding': 'gzip' });
  expect(headers['content-encoding']).toBe('gzip');
  expect(text).toContain('# HELP');
});
