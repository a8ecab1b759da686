import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

let shop: Shop;
let ada: Client;
let anybody: Client;

beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on', RATE_LIMIT: 'on', SERVER_TIMING: 'on' });
  ada = await Client.of(shop, 'ada');
  anybody = Client.anonymous(shop);
});
afterAll(() => shop.close());
afterEach(() => void jest.restoreAllMocks());

/** Lets the clock of the cache go on by so many seconds. */
function later(seconds: number): void {
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + seconds * 1000);
}

const CALLERS_OWN = ['ratelimit', 'ratelimit-policy', 'server-timing', 'set-cookie', 'x-request-id'];

describe('a public answer', () => {
  it.each([
    ['to somebody logged in', () => ada, {}],
    ['to nobody in particular', () => anybody, {}],
    ['to a browser whose session is over', () => anybody, { 'x-csrf': '1', cookie: '__Host-Http-atrium=x' }],
  ])('has nothing that is about its caller: %s', async (_, client, headers) => {
    for (const path of ['/v1/products/p1', '/v1/products?pageSize=6', '/.well-known/jwks.json']) {
      const answer = await client().get(path, headers);
      expect([path, answer.status, answer.headers['cache-control']]).toEqual([
        path,
        200,
        expect.stringMatching(/^public, max-age=\d+/),
      ]);
      for (const name of CALLERS_OWN) expect(answer.headers).not.toHaveProperty(name);
    }
  });

  it('has its declared lifetime and its age, also after more than that', async () => {
    const path = '/v1/products?pageSize=7';
    const { headers: fresh } = await anybody.get(path);
    expect(fresh).toMatchObject({
      'cache-control': 'public, max-age=30, stale-while-revalidate=60, stale-if-error=3600',
      'x-accel-expires': '30',
    });
    later(48);
    const { headers } = await anybody.get(path);
    expect(headers).toMatchObject({
      age: '48',
      'cache-control': fresh['cache-control'],
      'x-accel-expires': '0',
    });
  });

  it('names its groups as its surrogate keys', async () => {
    const { headers } = await anybody.get('/v1/products/p2');
    const keys = headers['surrogate-key']!.split(' ');
    expect(keys).toEqual(expect.arrayContaining(['products', 'product:p2', 'reviews:p2']));
    expect(headers['cache-groups']).toBe(keys.map((key) => `"${key}"`).join(', '));
  });

  it('is no-store, also to nginx, where it stands in for one that could not be had', async () => {
    const path = '/v1/products?pageSize=8';
    await anybody.get(path);
    await shop.stop('products');
    later(200);
    const { status, headers, body } = await anybody.get(path);
    await shop.start('products');
    expect([status, body.degraded]).toEqual([200, [expect.objectContaining({ reason: 'STALE' })]]);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-accel-expires': '0', age: '200' });
    expect(headers).not.toHaveProperty('etag');
    expect(headers).toHaveProperty('x-request-id');
  });
});

describe('a write', () => {
  const invalidated = 'cache-group-invalidation';

  it('names the groups of public answers that it made invalid', async () => {
    const lines = [{ productId: 'p3', quantity: 1 }];
    const placed = await ada.post('/v1/orders', { lines });
    expect([placed.status, placed.headers[invalidated]]).toEqual([201, '"product:p3"']);
    const cancelled = await ada.post(`/v1/orders/${placed.body.id}/cancel`);
    expect([cancelled.status, cancelled.headers[invalidated]]).toEqual([200, '"products"']);
    const document = 'mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }';
    const { headers } = await ada.graphql(document, { input: { lines } });
    expect(headers[invalidated]).toBe('"product:p3"');
  });

  it('names none where it made none invalid, or those of its caller alone', async () => {
    const refused = await ada.post('/v1/orders', { lines: [{ productId: 'nothing', quantity: 1 }] });
    const changed = await ada.patch('/v1/me', { name: 'Ada' });
    const read = await ada.graphql('{ products { total } }');
    expect([refused.status, changed.status, read.status]).toEqual([409, 200, 200]);
    for (const { headers } of [refused, changed, read]) expect(headers).not.toHaveProperty(invalidated);
  });
});

describe('an answer of the caller’s own', () => {
  it('has what is about the request', async () => {
    const { headers } = await ada.get('/v1/me', { 'x-request-id': 'r-own' });
    expect(headers).toMatchObject({ 'x-request-id': 'r-own', ratelimit: expect.any(String) });
    expect(headers).not.toHaveProperty('x-accel-expires');
  });
});
