import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

let shop: Shop;
let anybody: Client;

beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on', RATE_LIMIT: 'on' });
  anybody = Client.anonymous(shop);
});
afterAll(() => shop.close());

/** Sends a QUERY, for example `query({ search: 'lamp' })`. */
async function query(content: unknown, headers: Record<string, string> = {}, path = '/v1/products') {
  const answer = await fetch(shop.gateway.url + path, {
    method: 'QUERY',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof content === 'string' ? content : JSON.stringify(content),
  });
  const text = await answer.text();
  const body = (text ? JSON.parse(text) : undefined) as Record<string, unknown>;
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
}

describe('QUERY /v1/products', () => {
  it('answers as the GET does that has the same parameters, and names it', async () => {
    const parameters = { search: 'a & b', sort: 'PRICE_DESC', page: 1, pageSize: 3 };
    const queried = await query({ pageSize: 3, search: 'a & b', page: 1, sort: 'PRICE_DESC' });
    const location = `/v1/products?search=a+%26+b&sort=PRICE_DESC&page=1&pageSize=3`;
    expect(queried).toMatchObject({ status: 200, headers: { 'content-location': location, location } });
    const got = await anybody.get(location);
    expect(got.body).toEqual(queried.body);
    expect(queried.body).toMatchObject({ page: parameters.page, pageSize: parameters.pageSize });
    expect(got.headers['etag']).toBe(queried.headers['etag']);
  });

  it('may be kept as the GET may, with nothing that is about its caller', async () => {
    const { headers } = await query({ pageSize: 4 });
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=30, stale-while-revalidate=60, stale-if-error=3600',
      'surrogate-key': 'products',
      'cache-groups': '"products"',
      vary: 'Accept, Accept-Version, Accept-Encoding',
      'accept-query': 'application/json',
    });
    for (const name of ['ratelimit', 'x-request-id', 'server-timing']) expect(headers).not.toHaveProperty(name);
    const known = await query({ pageSize: 4 }, { 'if-none-match': headers['etag']! });
    expect([known.status, known.body]).toEqual([304, undefined]);
    expect(known.headers['etag']).toBe(headers['etag']);
    expect((await query({ pageSize: 5 }, { 'if-none-match': headers['etag']! })).status).toBe(200);
  });

  it('takes nothing, and fields and the version in its address', async () => {
    const { status, body, headers } = await query({}, {}, '/v1/products?fields=total');
    expect([status, body]).toEqual([200, { total: expect.any(Number) }]);
    expect(headers['content-location']).toBe('/v1/products?fields=total');
    const unversioned = await query({ pageSize: 1 }, {}, '/products?fields=pageSize');
    expect([unversioned.status, unversioned.body]).toEqual([200, { pageSize: 1 }]);
    expect(unversioned.headers['content-location']).toBe('/v1/products?pageSize=1&fields=pageSize');
  });

  it.each([
    ['a string for a number', { pageSize: '3' }, 400, 'pageSize'],
    ['an unknown parameter', { colour: 'red' }, 400, 'colour'],
    ['null', { search: null }, 400, 'search'],
    ['a list', [], 400, 'body'],
    ['no JSON', '{', 400, 'body'],
    ['too large a page', { pageSize: 101 }, 422, 'pageSize'],
    ['an unknown sort', { sort: 'BY_COLOUR' }, 422, 'sort'],
    ['a parameter that would be an object', { search: { $ne: 1 } }, 400, 'search'],
  ])('refuses %s', async (_, content, status, field) => {
    const answer = await query(content);
    expect([answer.status, answer.body['errors']]).toEqual([status, [expect.objectContaining({ field })]]);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'accept-query': 'application/json' });
    expect(answer.headers).not.toHaveProperty('content-location');
  });

  it('refuses parameters in its address: they are those of the GET', async () => {
    const answer = await query({}, {}, '/v1/products?search=lamp');
    expect([answer.status, answer.body['errors']]).toEqual([400, [expect.objectContaining({ field: 'search' })]]);
  });

  it.each(['text/plain', 'application/merge-patch+json', 'application/jsonp'])(
    'refuses %s, and says what it reads',
    async (type) => {
      const answer = await query({}, { 'content-type': type });
      expect([answer.status, answer.body['code'], answer.headers['accept-query']]).toEqual([
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        'application/json',
      ]);
    },
  );

  it('refuses content that does not say what it is (RFC 10008, section 2)', async () => {
    const answer = await fetch(`${shop.gateway.url}/v1/products`, { method: 'QUERY' });
    expect([answer.status, (await answer.json()) as object]).toEqual([
      400,
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    ]);
  });

  it('is among the methods of the resource, of no other, and in no document of OpenAPI 3.1', async () => {
    const refused = await anybody.patch('/v1/products', {});
    expect([refused.status, refused.headers['allow']]).toEqual([405, 'GET, HEAD, QUERY, OPTIONS']);
    const elsewhere = await query({}, {}, '/v1/home');
    expect([elsewhere.status, elsewhere.headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const { body } = await anybody.get('/openapi.json');
    expect(Object.keys(body.paths['/v1/products'])).toEqual(['get']);
  });
});
