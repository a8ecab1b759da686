import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { question } from '#test/support/requests';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import request from 'supertest';

let shop: Shop;
let ada: Client;
let grace: Client;
let anybody: Client;

beforeAll(async () => {
  shop = await Shop.open();
  [ada, grace] = await Promise.all([Client.of(shop, 'ada'), Client.of(shop, 'grace')]);
  anybody = Client.anonymous(shop);
});
afterAll(() => shop.close());

describe('a request id', () => {
  it('is kept, answered, and on every line of every process the request reaches', async () => {
    const requestId = 'my.request-1';
    const answer = await ada.get('/v1/home', { 'x-request-id': requestId });
    expect(answer.headers['x-request-id']).toBe(requestId);
    await ada.get('/v1/products/p1', { 'x-request-id': requestId });
    await ada.post('/v1/assistant/chat', question('Hello'), { 'x-request-id': requestId });
    for (const log of Object.values(shop.logs)) {
      const line = await log.first({ requestId });
      expect(line).toMatchObject({ callerId: 'u1' });
    }
    const access = await shop.logs.gateway.first({ requestId, msg: 'request', route: '/v1/home' });
    expect(access).toMatchObject({ method: 'GET', status: 200, durationMs: expect.any(Number) });
  });

  it.each(['', 'with space', 'x'.repeat(129), 'ünicode'])('is replaced when it is none: "%s"', async (given) => {
    const answer = await anybody.get('/livez', { 'x-request-id': Buffer.from(given).toString('latin1') });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stays with a request that has a body, and names its GraphQL operation', async () => {
    const requestId = 'with-a-body';
    await ada.post('/graphql', { query: 'query Me { me { id } }' }, { 'x-request-id': requestId });
    const access = await shop.logs.gateway.first({ requestId, msg: 'request' });
    expect(access).toMatchObject({ route: '/graphql', operation: 'Me', callerId: 'u1' });
    expect(await shop.logs.users.first({ requestId })).toBeDefined();
  });

  it('is in no log together with a secret', () => {
    const all = JSON.stringify(Object.values(shop.logs).map(({ lines }) => lines));
    expect(all).not.toContain('analytical-engine');
    expect(all).not.toContain(ada.token);
    expect(all).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });
});

describe('the access line of GraphQL', () => {
  it.each([
    ['{ order(id: "nothing") { order { id } } }', 200, 'NOT_FOUND'],
    ['{ order(id: "nothing") { order { id } } me { id } }', 200, 'NOT_FOUND'],
    ['{ me { id }', 400, 'GRAPHQL_PARSE_FAILED'],
    ['{ nothing }', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['{ a: __typename '.repeat(13) + '}'.repeat(13), 400, expect.stringContaining('GRAPHQL_')],
    ['query ($n: Int!) { products(pageSize: $n) { total } }', 400, 'GRAPHQL_VALIDATION_FAILED'],
  ])('has the code of the first error: %s', async (query, status, code) => {
    const requestId = `coded-${Math.random()}`;
    await ada.post('/graphql', { query }, { 'x-request-id': requestId, accept: '*/*' });
    expect(await shop.logs.gateway.first({ requestId, msg: 'request' })).toMatchObject({ status, code });
  });

  it('has none where there is no error, and that of who may not ask', async () => {
    await ada.post('/graphql', { query: '{ me { id } }' }, { 'x-request-id': 'uncoded' });
    expect(await shop.logs.gateway.first({ requestId: 'uncoded', msg: 'request' })).not.toHaveProperty('code');
    await anybody.post('/graphql', { query: '{ me { id } }' }, { 'x-request-id': 'coded-401' });
    expect(await shop.logs.gateway.first({ requestId: 'coded-401', msg: 'request' })).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('every answer', () => {
  it.each(['/livez', '/v1/home', '/v1/nothing', '/graphql', '/docs', '/v1/products?page=0'])(
    'has the security headers and a request id: %s',
    async (path) => {
      const { headers } = await anybody.get(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-request-id': expect.any(String),
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      // It came in plain text (RFC 6797, 7.2).
      expect(headers).not.toHaveProperty('strict-transport-security');
    },
  );
});

describe('who may come in', () => {
  const everything = '/v1/me /v1/home /v1/orders /v1/orders/o1'.split(' ');

  it.each(everything)('nobody without a token at %s', async (path) => {
    const { status, body, headers } = await anybody.get(path);
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    expect(headers['www-authenticate']).toMatch(/^Bearer, DPoP algs=/);
  });

  it('nobody with a token that is not ours, not even where none is needed', async () => {
    for (const path of ['/v1/me', '/v1/products']) {
      const { status, headers } = await anybody.get(path, { authorization: `Bearer ${ada.token}x` });
      expect({ status, challenge: headers['www-authenticate'] }).toEqual({
        status: 401,
        challenge: 'Bearer error="invalid_token"',
      });
    }
  });

  it('anyone at the catalogue, through both doors', async () => {
    expect((await anybody.get('/v1/products?pageSize=1')).status).toBe(200);
    const { status, body } = await anybody.graphql(
      '{ products(pageSize: 1) { total } product(id: "p1") { product { id } } }',
    );
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
  });

  it('is decided for a GraphQL document as a whole, before any of it runs', async () => {
    const requestId = 'refused-as-a-whole';
    const query = 'query { ...Root } fragment Root on Query { products { total } ... on Query { me { id } } }';
    const { status, body, headers } = await anybody.post('/graphql', { query }, { 'x-request-id': requestId });
    expect({ status, code: body.errors[0].extensions.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    expect(headers['www-authenticate']).toMatch(/^Bearer, DPoP algs=/);
    await shop.logs.gateway.first({ requestId, msg: 'request' });
    expect(shop.logs.products.with({ requestId })).toEqual([]);
  });

  it('a client whose token has expired can still log in and refresh', async () => {
    const stale = { authorization: 'Bearer a.b.c' };
    const login = await anybody.post(
      '/v1/auth/login',
      { email: 'ada@example.com', password: 'analytical-engine' },
      stale,
    );
    expect(login.status).toBe(200);
    const refreshed = await anybody.post('/v1/auth/refresh', { refreshToken: login.body.refreshToken }, stale);
    expect(refreshed.body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
    const again = await anybody.post('/v1/auth/refresh', { refreshToken: login.body.refreshToken });
    expect(again.body.refreshToken).toBe(refreshed.body.refreshToken);
    expect((await anybody.post('/v1/auth/logout', { refreshToken: refreshed.body.refreshToken })).status).toBe(
      204,
    );
  });
});

describe('the version of the API', () => {
  it.each([
    ['none', '/home', {}],
    ['in the path', '/v1/home', {}],
    ['in a header', '/home', { 'accept-version': '1' }],
    ['in Accept', '/home', { accept: 'application/json;version=1' }],
    ['in the query', '/home?version=1&fields=user.id', {}],
  ])('can be named: %s', async (_, path, headers) => {
    const answer = await ada.get(path, headers as Record<string, string>);
    expect(answer.status).toBe(200);
    expect(answer.body.user.id).toBe('u1');
    expect(answer.headers['vary']).toContain('Accept-Version');
  });

  it.each([
    ['/v1/home', { 'accept-version': '2' }],
    ['/home?version=1', { accept: 'application/json;version=2' }],
    ['/home', { 'accept-version': '2' }],
    ['/home', { 'accept-version': 'latest' }],
  ])('is refused when it disagrees or does not exist: %s %p', async (path, headers) => {
    const { status, body } = await ada.get(path, headers as unknown as Record<string, string>);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe("the operators' door", () => {
  const atAdmin = (path: string, token?: string) => {
    const test = request(shop.gateway.adminUrl).get(path);
    return token ? test.set('authorization', `Bearer ${token}`) : test;
  };

  it('shows metrics and probes to anyone, and every upstream to an admin', async () => {
    await ada.get('/v1/home');
    const metrics = await atAdmin('/metrics');
    expect(metrics.text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/v1\/home",status="200"\} \d/,
    );
    expect(metrics.text).toContain('process_cpu_seconds_total');
    expect((await atAdmin('/readyz')).status).toBe(200);
    const { body } = await atAdmin('/admin/health', grace.token);
    expect(body).toMatchObject({
      isReady: true,
      upstreams: [
        { name: 'users' },
        { name: 'orders' },
        { name: 'products' },
        { name: 'reviews' },
        { name: 'assistant' },
      ],
    });
    expect(body.upstreams.map(({ state }: { state: string }) => state)).toEqual(Array(5).fill('READY'));
  });

  it('refuses a customer, and anybody', async () => {
    expect((await atAdmin('/admin/health', ada.token)).status).toBe(403);
    expect((await atAdmin('/admin/health')).status).toBe(401);
  });

  it('says which upstream is down, and the gateway stays ready', async () => {
    await shop.stop('orders');
    const { body } = await atAdmin('/admin/health', grace.token);
    expect(body.upstreams[1]).toMatchObject({ name: 'orders', state: 'UNREACHABLE' });
    expect((await anybody.get('/readyz')).status).toBe(200);
    await shop.start('orders');
    await ada.everythingIsBack();
  });

  it('is not there on the public port, nor the public API at the operators’ door', async () => {
    for (const path of ['/metrics', '/admin/health', '/admin/nothing']) {
      expect((await grace.get(path)).status).toBe(404);
    }
    expect((await atAdmin('/v1/products')).status).toBe(404);
  });
});

describe('a client', () => {
  it('can lower the time it waits, not raise it', async () => {
    const { status, body } = await ada.get('/v1/home', { 'x-request-timeout-ms': '600000' });
    expect({ status, degraded: body.degraded }).toEqual({ status: 200, degraded: [] });
    expect((await ada.get('/v1/home', { 'x-request-timeout-ms': 'soon' })).status).toBe(400);
  });

  it('learns the keys of its tokens', async () => {
    const { body } = await anybody.get('/.well-known/jwks.json');
    expect(body.keys).toHaveLength(1);
    expect(body.keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
    expect(Object.keys(body.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });
});
