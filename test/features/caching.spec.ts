import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { secondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import request from 'supertest';

let shop: Shop;
let ada: Client;
let grace: Client;
let anybody: Client;

beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on' });
  [ada, grace] = await Promise.all([Client.of(shop, 'ada'), Client.of(shop, 'grace')]);
  anybody = Client.anonymous(shop);
});
afterAll(() => shop.close());

const maxAge = (header: string) => Number(/max-age=(\d+)/.exec(header)![1]);

describe('an answer of public parts', () => {
  it('says for how long it may be kept by anybody, with the tags to make it forgotten by', async () => {
    const first = await anybody.get('/v1/products/p10');
    expect(first.headers['cache-control']).toMatch(
      /^public, max-age=\d+, stale-while-revalidate=60, stale-if-error=3600$/,
    );
    expect(maxAge(first.headers['cache-control']!)).toBeGreaterThanOrEqual(26);
    expect(first.headers['vary']).toBe('Accept, Accept-Version, Accept-Encoding');
    expect(first.headers['surrogate-key']!.split(' ')).toEqual(
      expect.arrayContaining(['product:p10', 'products', 'reviews:p10']),
    );
    expect(first.headers['cache-status']).toBe('Atrium; fwd=miss');
    expect(first.headers).not.toHaveProperty('server-timing');
    const again = await anybody.get('/v1/products/p10');
    expect(again.headers['cache-status']).toMatch(/^Atrium; hit; ttl=\d+$/);
    expect(again.headers['age']).toMatch(/^\d+$/);
    expect(again.body).toEqual(first.body);
  });

  it('depends on the origin of a page, too, where pages are let in', async () => {
    const open = await secondGateway(shop, () => ({ CACHE: 'on', CORS_ORIGINS: 'https://shop.example' }));
    const answer = await request(open.gateway.url).get('/v1/products/p10').set('origin', 'https://shop.example');
    await open.gateway.stop();
    expect(answer.headers['vary']!.split(', ').toSorted()).toEqual([
      'Accept',
      'Accept-Encoding',
      'Accept-Version',
      'Origin',
    ]);
  });

  it('is 304 to who has it, and whole to who has another', async () => {
    const { headers } = await anybody.get('/v1/products/p11');
    const etag = headers['etag']!;
    expect(etag).toMatch(/^"[\w-]{27}-gzip"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await anybody.get('/v1/products/p11', { 'if-none-match': known });
      expect([answer.status, answer.text, answer.headers['etag']]).toEqual([304, '', etag]);
      expect(answer.headers['cache-control']).toMatch(/^public/);
    }
    expect((await anybody.get('/v1/products/p11', { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await anybody.get('/v1/products/p12')).headers['etag']).not.toBe(etag);
  });

  it('has to a HEAD what it has to a GET, but the body', async () => {
    const got = await anybody.get('/v1/products/p11');
    const { status, headers, text } = await request(shop.gateway.url)
      .head('/v1/products/p11')
      .set('accept-encoding', 'gzip, deflate');
    expect([status, text]).toEqual([200, undefined]);
    for (const name of ['etag', 'content-type', 'content-length', 'vary', 'surrogate-key']) {
      expect([name, headers[name]]).toEqual([name, got.headers[name]]);
    }
  });

  it('is shared by both doors: what REST has asked for, GraphQL need not', async () => {
    await anybody.get('/v1/products/p13?fields=product.name');
    const query = encodeURIComponent('{ product(id: "p13") { product { name } } }');
    const answer = await anybody.get(`/graphql?query=${query}`);
    expect(answer.headers['cache-status']).toMatch(/^Atrium; hit/);
    expect(answer.headers['cache-control']).toMatch(/^public, max-age=/);
    expect(answer.headers['etag']).toBeDefined();
    const known = await anybody.get(`/graphql?query=${query}`, { 'if-none-match': answer.headers['etag']! });
    expect(known.status).toBe(304);
  });

  it.each([
    ['an error', () => anybody.get('/v1/products/nothing')],
    [
      'a GraphQL error',
      () => anybody.get(`/graphql?query=${encodeURIComponent('{ product(id: "nothing") { product { id } } }')}`),
    ],
    [
      'the answer to a POST',
      () => anybody.post('/graphql', { query: '{ product(id: "p1") { product { id } } }' }),
    ],
    ['a login', () => anybody.post('/v1/auth/login', { email: 'ada@example.com', password: 'wrong password' })],
  ])('is nothing that may be kept where it is %s', async (_, send) => {
    const { headers } = await send();
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('etag');
  });
});

describe('an answer of the caller’s own', () => {
  it('is private, is checked each time, and 304 where nothing has changed', async () => {
    const { headers } = await ada.get('/v1/home');
    expect(headers['cache-control']).toBe('private, no-cache');
    expect(headers['vary']).toContain('Authorization');
    expect(headers).not.toHaveProperty('surrogate-key');
    const known = { 'if-none-match': headers['etag']! };
    expect((await ada.get('/v1/home', known)).status).toBe(304);
    expect((await grace.get('/v1/home', known)).status).toBe(200);
  });

  it('is private also where only its door is', async () => {
    const query = encodeURIComponent('{ me { id } product(id: "p1") { product { id } } }');
    expect((await ada.get(`/graphql?query=${query}`)).headers['cache-control']).toBe('private, no-cache');
  });

  it('is what the caller has just made it: profile, order, cancellation', async () => {
    await ada.get('/v1/me');
    await ada.patch('/v1/me', { name: 'Countess' }, { 'content-type': 'application/merge-patch+json' });
    expect((await ada.get('/v1/me')).body.name).toBe('Countess');
    await ada.get('/v1/orders');
    const { body: order } = await ada.post('/v1/orders', { lines: [{ productId: 'p20', quantity: 1 }] });
    const listed = async () => (await ada.get('/v1/orders')).body.items[0] as { id: string; status: string };
    expect((await listed()).id).toBe(order.id);
    await ada.post(`/v1/orders/${order.id}/cancel`);
    expect((await listed()).status).toBe('CANCELLED');
    const home = await ada.graphql('{ home { user { name } recentOrders(first: 1) { id status } } }');
    expect(home.body.data.home).toEqual({
      user: { name: 'Countess' },
      recentOrders: [{ id: order.id, status: 'CANCELLED' }],
    });
  });
});

describe('a service that is down', () => {
  it('is stood in for by what is remembered, which says how old it is, and the answer is whole', async () => {
    await ada.get('/v1/home');
    const before = await ada.get('/v1/home');
    await anybody.get('/v1/products/p30');
    await Promise.all([shop.stop('users'), shop.stop('orders'), shop.stop('products'), shop.stop('reviews')]);
    // Orders move by themselves, and are fresh for two seconds.
    let home = before;
    while (home.body.degraded.length === 0) home = await ada.get('/v1/home');
    expect(home.status).toBe(200);
    expect(home.body.recentOrders).toEqual(before.body.recentOrders);
    expect(home.body.degraded).toEqual([
      { part: 'recentOrders', reason: 'STALE', ageSeconds: expect.any(Number) },
    ]);
    expect(home.body.degraded[0].ageSeconds).toBeGreaterThanOrEqual(1);
    const page = await anybody.get('/v1/products/p30');
    expect([page.status, page.body.degraded]).toEqual([200, []]);
    const query = '{ home { recentOrders { id } degraded { part reason ageSeconds } } }';
    const { body } = await ada.graphql(query);
    expect(body.data.home.recentOrders).toHaveLength(5);
    expect(body.data.home.degraded).toMatchObject([{ part: 'recentOrders', reason: 'STALE' }]);
    await Promise.all([shop.start('users'), shop.start('orders'), shop.start('products'), shop.start('reviews')]);
    await ada.everythingIsBack();
  });
});

describe('the operators', () => {
  const admin = (method: 'get' | 'post', path: string, client: Client) =>
    request(shop.gateway.adminUrl)[method](path).set('authorization', `Bearer ${client.token}`);

  it('see what is remembered, for how long, for whom, and how often it helped', async () => {
    await anybody.get('/v1/products/p40');
    await anybody.get('/v1/products/p40');
    const { body } = await admin('get', '/admin/cache', grace);
    expect(body.memory.bytes).toBeGreaterThan(0);
    expect(body.redis).toBeNull();
    const byIds = body.questions.find(
      ({ port, question }: { port: string; question: string }) => port === 'products' && question === 'byIds',
    );
    expect(byIds).toMatchObject({ ttl: 30, staleIfError: 3600, scope: 'public', hits: expect.any(Number) });
    expect(byIds.hitRatio).toBeGreaterThan(0);
    expect(byIds).toMatchObject({ staleOnError: 0, staleOnTimeout: 0, softTimeoutMs: expect.any(Number) });
    expect((await admin('get', '/admin/cache', ada)).status).toBe(403);
    const { text } = await request(shop.gateway.adminUrl).get('/metrics');
    expect(text).toMatch(/cache_answers_total\{port="products",question="byIds",outcome="hit"\} [1-9]/);
    expect(text).toMatch(/cache_answers_total\{port="products",question="byIds",outcome="stale_on_timeout"\} 0/);
    expect(text).toMatch(/cache_memory_bytes [1-9]/);
  });

  it('have tags forgotten, and are told what is wrong with what they say', async () => {
    const invalidate = (body: object, client = grace) =>
      admin('post', '/admin/cache/invalidate', client).send(body);
    await anybody.get('/v1/products/p41');
    expect((await invalidate({ tags: ['product:p41', 'reviews:p41'] })).status).toBe(200);
    expect((await anybody.get('/v1/products/p41')).headers['cache-status']).not.toMatch(/hit; ttl/);
    expect((await invalidate({ tags: ['x'] }, ada)).status).toBe(403);
    expect((await invalidate({ tags: [] })).status).toBe(422);
    expect((await invalidate({ tag: 'x' })).status).toBe(400);
    expect((await invalidate({ tags: [7] })).body.errors[0].field).toBe('tags.0');
  });
});
