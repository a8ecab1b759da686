import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from './server.fixture.ts';

const SHOP = 'https://shop.example';

let served: Served;
let closed: Served;
beforeAll(async () => {
  const routes: Parameters<typeof serve>[0] = (server) => {
    server.post('/things', ({ body }) => ({ body }));
    server.patch('/things/:id', ({ body }) => ({ body }));
    server.post('/graphql', { config: { kind: 'graphql' } }, ({ body }) => ({
      length: JSON.stringify(body).length,
    }));
  };
  const limits = { BODY_LIMIT_BYTES: '100', GRAPHQL_BODY_LIMIT_BYTES: '1000' };
  served = await serve(routes, { ...limits, CORS_ORIGINS: SHOP });
  closed = await serve(routes, limits);
});
afterAll(async () => {
  await Promise.all([served.stop(), closed.stop()]);
});

const send = (path: string, body: string, type = 'application/json', method = 'POST') =>
  fetch(served.url + path, { method, headers: { 'content-type': type }, body });
const sized = (bytes: number) => JSON.stringify({ a: 'x'.repeat(bytes - 8) });

describe('a body', () => {
  it('must be JSON, or to PATCH a merge patch', async () => {
    expect(await (await send('/things', '{"a":1}')).json()).toEqual({ body: { a: 1 } });
    const patched = await send('/things/1', '{"a":null}', 'application/merge-patch+json', 'PATCH');
    expect(await patched.json()).toEqual({ body: { a: null } });
    const spoilt = await send('/things/1', '{"__proto__":{"a":1}}', 'application/merge-patch+json', 'PATCH');
    expect(spoilt.status).toBe(400);
  });

  it.each([
    ['{"a":', 'application/json', 400, 'BAD_REQUEST'],
    ['{"__proto__":{"a":1}}', 'application/json', 400, 'BAD_REQUEST'],
    ['{"constructor":{"prototype":{"a":1}}}', 'application/json', 400, 'BAD_REQUEST'],
    ['{"a":1}', 'application/merge-patch+json', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a=1', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['{"a":1}', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['{"a":1}', 'nonsense', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('is not %j of type %s: %d', async (body, type, status, code) => {
    const answer = await send('/things', body, type);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code, status, instance: '/things' });
  });

  it('may have the size of the limit, and no more', async () => {
    expect((await send('/things', sized(100))).status).toBe(200);
    const answer = await send('/things', sized(101));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('may be larger for GraphQL, and is refused in the format of GraphQL', async () => {
    expect((await send('/graphql', sized(1_000))).status).toBe(200);
    const answer = await send('/graphql', sized(1_001));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({
      errors: [{ message: 'The body is too large.', extensions: { code: 'PAYLOAD_TOO_LARGE' } }],
    });
  });
});

describe('a page of another origin', () => {
  const preflight = (url: string, origin: string, method: string) =>
    fetch(`${url}/things/1`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method } });

  it('may send requests with every supported method if its origin is listed', async () => {
    for (const method of ['PATCH', 'DELETE', 'POST']) {
      const { headers, status } = await preflight(served.url, SHOP, method);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(SHOP);
      expect(headers.get('access-control-allow-methods')).toContain(method);
      // Pages of that origin may send the session cookie.
      expect(headers.get('access-control-allow-credentials')).toBe('true');
    }
  });

  it('can read the request id of the answer', async () => {
    const init = { method: 'POST', headers: { origin: SHOP, 'content-type': 'application/json' }, body: '{}' };
    const { headers } = await fetch(`${served.url}/things`, init);
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    expect(headers.get('access-control-expose-headers')).toContain('Deprecation, Sunset, Link');
    expect(headers.get('vary')).toContain('Origin');
  });

  it.each(['https://evil.example', 'https://shop.example.evil.example', 'null', 'http://shop.example'])(
    'may not send requests from %s',
    async (origin) => {
      const { headers } = await preflight(served.url, origin, 'POST');
      expect(headers.has('access-control-allow-origin')).toBe(false);
    },
  );

  it('may not send requests if no origin is listed', async () => {
    const { headers } = await preflight(closed.url, SHOP, 'POST');
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });
});
