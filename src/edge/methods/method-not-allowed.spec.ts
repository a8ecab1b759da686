import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
beforeAll(async () => {
  const ok = () => ({});
  served = await serve(
    (server) => {
      server.get('/things', ok);
      server.post('/things', ok);
      server.patch('/things/:id', ok);
      server.patch('/uploads/:id', { config: { takesOverride: true } }, ({ method }) => ({ method }));
      server.delete('/uploads/:id', ok);
      server.get('/v1/files', { config: { mediaTypes: ['text/csv'] } }, ok);
      server.all('/anything', ok);
    },
    { CORS_ORIGINS: 'https://shop.example' },
  );
});
afterAll(() => served.stop());

const send = (method: string, path: string) => fetch(served.url + path, { method });

describe('a method that a resource does not support', () => {
  it.each([
    ['DELETE', '/things', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/things', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/things/', 'GET, HEAD, POST, OPTIONS'],
    ['GET', '/things/1', 'PATCH, OPTIONS'],
    ['POST', '/things/1?x', 'PATCH, OPTIONS'],
  ])('gets 405 for %s %s, with the supported methods: %s', async (method, path, allow) => {
    const answer = await send(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(await answer.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  it.each(['text/csv', 'application/json', 'text/plain'])('gets 405 whatever its body is: %s', async (type) => {
    const headers = { 'content-type': type };
    const answer = await fetch(`${served.url}/things`, { method: 'PUT', body: '{', headers });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
  });

  it('includes HEAD if there is no GET', async () => {
    const answer = await send('HEAD', '/things/1');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('PATCH, OPTIONS');
  });
});

describe('a method that a resource supports', () => {
  it.each(['GET', 'HEAD', 'POST'])('is not refused: %s', async (method) => {
    expect((await send(method, '/things')).status).toBe(200);
  });

  it('is listed by OPTIONS', async () => {
    const answer = await send('OPTIONS', '/things/1');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')).toBe('PATCH, OPTIONS');
  });

  it('is listed whatever the client accepts: the answer has no content', async () => {
    const answer = await fetch(`${served.url}/v1/files`, {
      method: 'OPTIONS',
      headers: { accept: 'application/json' },
    });
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  it('is every method where a route takes all', async () => {
    expect((await send('DELETE', '/anything')).status).toBe(200);
  });
});

describe('X-HTTP-Method-Override', () => {
  const override = (method: string, path: string, name: string) =>
    fetch(served.url + path, { method, headers: { 'x-http-method-override': name } });

  it.each(['PATCH', 'patch'])('lets a POST be routed as the method that it names: %s', async (name) => {
    const answer = await override('POST', '/uploads/1', name);
    expect([answer.status, await answer.json()]).toEqual([200, { method: 'PATCH' }]);
  });

  it.each([
    ['of a route that does not take it', 'POST', '/uploads/1', 'DELETE', 405],
    ['of a resource that does not take it', 'POST', '/things/1', 'PATCH', 405],
    ['with another method', 'GET', '/uploads/1', 'PATCH', 405],
    ['that names no method', 'POST', '/uploads/1', 'constructor', 405],
    ['with POST', 'POST', '/things', 'DELETE', 200],
  ])('is ignored in a request %s', async (_, method, path, name, status) => {
    expect((await override(method, path, name)).status).toBe(status);
  });
});

it.each(['GET', 'DELETE'])('%s of an unknown path is 404, not 405', async (method) => {
  expect((await send(method, '/nothing')).status).toBe(404);
});
