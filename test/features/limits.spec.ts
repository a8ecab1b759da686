import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import request, { type Response } from 'supertest';

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open({
    RATE_LIMIT: 'on',
    RATE_LIMIT_ANONYMOUS: '40/3600',
    RATE_LIMIT_CUSTOMER: '400/3600',
    RATE_LIMIT_SEARCH: '20/3600',
    CORS_ORIGINS: 'https://shop.example',
  });
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop.close());

const remainingOf = ({ headers }: Response, name: string) =>
  Number(new RegExp(`"${name}";r=(\\d+)`).exec(headers['ratelimit'] as string)?.[1]);

describe('a caller', () => {
  it('is told of every limit, and what is left of it', async () => {
    const answer = await ada.get('/v1/products?pageSize=1');
    expect(answer.headers['ratelimit-policy']).toBe('"customer";q=400;w=3600, "search";q=20;w=3600');
    expect(answer.headers['ratelimit']).toMatch(/^"customer";r=\d+;t=\d+, "search";r=18;t=\d+$/);
  });

  it('pays what a route costs, the same through both doors or more for more', async () => {
    const before = remainingOf(await ada.get('/v1/me'), 'customer');
    const after = remainingOf(await ada.get('/v1/home'), 'customer');
    expect(before - after).toBe(4);
    const graphql = await ada.graphql('{ me { id } }');
    expect(after - remainingOf(graphql, 'customer')).toBe(1);
    const large = await ada.graphql('{ orders(first: 100) { nodes { lines { product { id } } } } }');
    expect(remainingOf(graphql, 'customer') - remainingOf(large, 'customer')).toBe(Math.round((1 + 100 * 7) / 20));
  });

  it('is given back what an operation did not turn out to cost', async () => {
    const query = '{ orders(first: 90, status: CANCELLED) { nodes { lines { product { id } } } } }';
    const reserved = await ada.graphql(query);
    const next = await ada.graphql('{ me { id } }');
    expect(remainingOf(next, 'customer')).toBeGreaterThan(remainingOf(reserved, 'customer'));
  });

  it('pays for a mutation in every alias', async () => {
    const cancel = (n: number) => `a${n}: cancelOrder(input: { id: "nobodys" }) { __typename }`;
    const many = (count: number) => `mutation { ${Array.from({ length: count }, (_, n) => cancel(n)).join(' ')} }`;
    const before = remainingOf(await ada.get('/v1/me'), 'customer');
    const after = remainingOf(await ada.graphql(many(10)), 'customer');
    // As often as its use case, which costs 4 by REST.
    expect(before - after).toBe(10 * 4);
  });

  it('pays with no other limit for what one has refused, through both doors', async () => {
    const search = () => ada.get('/v1/products?search=lamp');
    let left = await search();
    for (let answer = left; answer.status === 200; answer = await search()) left = answer;
    const refused = [await search(), await ada.graphql('{ products(search: "lamp") { total } }')];
    expect(refused.map(({ status }) => status)).toEqual([429, 429]);
    for (const answer of [...refused, await search()])
      expect(remainingOf(answer, 'customer')).toBe(remainingOf(left, 'customer'));
  });

  it('is refused when nothing is left, with when to come back, through every door', async () => {
    const anybody = Client.anonymous(shop);
    let answer = await anybody.get('/v1/products/p1');
    while (answer.status === 200) answer = await anybody.get('/v1/products/p1');
    expect([answer.status, answer.body.code, answer.body.type]).toEqual([
      429,
      'RATE_LIMITED',
      'urn:atrium:error:RATE_LIMITED',
    ]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    const graphql = await anybody.graphql(
      '{ product(id: "p1") { product { id description related: name } } a: product(id: "p2") { related { id } } b: product(id: "p3") { related(first: 50) { id } } }',
    );
    expect([graphql.status, graphql.body.errors[0].extensions.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(graphql.headers['retry-after'])).toBeGreaterThan(0);
    const refused = { code: 'RATE_LIMITED', source: 'rate-limit', policy: 'anonymous' };
    for (const [{ headers }, min] of [
      [answer, 1],
      [graphql, 2],
    ] as const) {
      const line = await shop.logs.gateway.first({ requestId: headers['x-request-id'], msg: 'request' });
      expect(line).toMatchObject({ ...refused, status: 429 });
      expect(line['cost']).toBeGreaterThanOrEqual(min);
    }
    expect((await ada.get('/v1/me')).status).toBe(200);
  });

  it('is not counted by what it says of proxies, unless they are trusted', async () => {
    const disguised = (n: number) =>
      Client.anonymous(shop).get('/v1/products/p1', { 'x-forwarded-for': `203.0.113.${n}` });
    expect((await disguised(1)).status).toBe(429);
    expect((await disguised(2)).status).toBe(429);
  });

  it('can be read by a page of another origin', async () => {
    const answer = await ada.get('/v1/me', { origin: 'https://shop.example' });
    expect(answer.headers['access-control-expose-headers']).toMatch(/RateLimit, RateLimit-Policy/);
  });
});

describe('probes, keys and operators', () => {
  it('are never limited', async () => {
    for (let i = 0; i < 60; i += 1) {
      expect((await request(shop.gateway.url).get('/livez')).status).toBe(200);
      expect((await request(shop.gateway.adminUrl).get('/metrics')).status).toBe(200);
    }
  });

  it('see what was let through, what was refused, and what somebody has left', async () => {
    const { text } = await request(shop.gateway.adminUrl).get('/metrics');
    expect(text).toMatch(/^limits_requests_total\{policy="anonymous",outcome="limited"\} [1-9]/m);
    expect(text).toMatch(/^limits_cost_total\{policy="customer"\} [1-9]/m);
    const grace = await Client.of(shop, 'grace');
    const limitsOf = (query: string) =>
      request(shop.gateway.adminUrl).get(`/admin/limits${query}`).set('authorization', `Bearer ${grace.token}`);
    const { body } = await limitsOf('?caller=u1&address=127.0.0.1');
    const customer = body.buckets.find(({ policy }: { policy: string }) => policy === 'customer');
    expect(customer).toMatchObject({ limit: 400, windowMs: 3_600_000, remaining: expect.any(Number) });
    expect(customer.remaining).toBeLessThan(400);
    expect((await limitsOf('')).body.policies.map(({ name }: { name: string }) => name)).toEqual([
      'anonymous',
      'customer',
      'partner',
      'login',
      'search',
    ]);
  });
});
