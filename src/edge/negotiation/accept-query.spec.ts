import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
beforeAll(async () => {
  const ok = () => ({});
  served = await serve(
    (server) => {
      server.get('/things', ok);
      server.route({ method: 'QUERY', url: '/things', handler: ({ body }) => ({ body }) });
      server.get('/others', ok);
      server.all('/anything', ok);
    },
    { CORS_ORIGINS: 'https://shop.example' },
  );
});
afterAll(() => served.stop());

const send = (method: string, path: string, type = 'application/json') =>
  fetch(served.url + path, {
    method,
    ...(method === 'QUERY' || method === 'POST' ? { body: '{"a":1}', headers: { 'content-type': type } } : {}),
  });

describe('a resource that supports QUERY', () => {
  it('answers it, and sends Accept-Query on every response', async () => {
    const answer = await send('QUERY', '/things');
    expect([answer.status, await answer.json()]).toEqual([200, { body: { a: 1 } }]);
    const others = [await send('GET', '/things'), await send('HEAD', '/things'), await send('OPTIONS', '/things')];
    const refused = [await send('POST', '/things'), await send('QUERY', '/things', 'text/csv')];
    expect(refused.map(({ status }) => status)).toEqual([405, 415]);
    for (const { headers } of [answer, ...others, ...refused]) {
      expect(headers.get('accept-query')).toBe('application/json');
    }
  });

  it('lists it among its methods', async () => {
    const [options, refused] = [await send('OPTIONS', '/things'), await send('DELETE', '/things')];
    expect(options.headers.get('allow')).toBe('GET, HEAD, QUERY, OPTIONS');
    expect(refused.headers.get('allow')).toBe('GET, HEAD, QUERY, OPTIONS');
  });

  it('lets pages of other origins send it', async () => {
    const headers = {
      origin: 'https://shop.example',
      'access-control-request-method': 'QUERY',
      'access-control-request-headers': 'content-type',
    };
    const answer = await fetch(`${served.url}/things`, { method: 'OPTIONS', headers });
    expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toContain('QUERY');
  });
});

describe('a resource without QUERY', () => {
  it.each([
    ['QUERY', '/others', 405],
    ['GET', '/others', 200],
    ['QUERY', '/anything', 200],
    ['QUERY', '/nothing', 404],
  ])('sends no Accept-Query to %s %s', async (method, path, status) => {
    const answer = await send(method, path);
    expect([answer.status, answer.headers.get('accept-query')]).toEqual([status, null]);
  });
});
