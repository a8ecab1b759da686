import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
beforeAll(async () => {
  served = await serve((server) => {
    server.get('/v1/home', ({ query }) => ({ version: 1, query }));
    server.get('/v1/orders/:id', () => ({ version: 1 }));
    server.get('/livez', () => ({ version: 'none' }));
  });
});
afterAll(() => served.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(served.url + path, { headers });

describe('a version', () => {
  it.each([
    ['/v1/home', {}],
    ['/home', {}],
    ['/home?a=b', {}],
    ['/orders/1', {}],
    ['/home', { 'accept-version': '1' }],
    ['/home', { 'accept-version': ' 1 ' }],
    ['/home', { accept: 'application/json;version=1' }],
    ['/home', { accept: 'application/json; version="1"' }],
    ['/home', { accept: 'text/html, application/json; q=0.9; Version=1' }],
    ['/home', { accept: 'application/json;version=2;q=0, application/json;version=1' }],
    ['/home?version=1', {}],
    ['/home?a=b&version=1', {}],
    ['/v1/home?version=1', { 'accept-version': '1', accept: 'application/json;version=1' }],
  ])('is 1 for %s with %j', async (path, headers) => {
    const answer = await get(path, headers as Record<string, string>);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ version: 1 });
    expect(answer.headers.get('vary')).toBe('Accept, Accept-Version, Accept-Encoding');
  });

  it.each([
    ['/home', { 'accept-version': '2' }],
    ['/home', { 'accept-version': '' }],
    ['/home', { 'accept-version': '1.0' }],
    ['/home', { accept: 'application/json;version=2' }],
    ['/home', { accept: 'application/json; Version="2"' }],
    ['/home?version=2', {}],
    ['/home?version=', {}],
    ['/home?version=one', {}],
    ['/v2/home', {}],
    ['/v2/nothing', {}],
  ])('that is unknown is refused: %s with %j', async (path, headers) => {
    const answer = await get(path, headers as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'BAD_REQUEST', errors: [{ field: 'version' }] });
  });

  it.each([
    ['/v1/home', { 'accept-version': '2' }],
    ['/v1/home?version=2', {}],
    ['/home?version=1', { 'accept-version': '2' }],
    ['/home?version=1&version=2', {}],
    ['/home', { accept: 'application/json;version=1, text/html;version=2' }],
    ['/home', { accept: 'application/json;version=1', 'accept-version': '2' }],
    ['/v2/home', { 'accept-version': '1' }],
  ])('is refused if the client names two: %s with %j', async (path, headers) => {
    const answer = await get(path, headers as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      detail: 'The path, the headers and the query name different versions.',
      errors: [{ field: 'version' }],
    });
  });

  it('is ignored on an unversioned path', async () => {
    const answer = await get('/livez', { 'accept-version': '2' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('vary') ?? '').not.toContain('Accept-Version');
  });

  it.each(['/v1', '/v1x/home', '/v/home', '/nothing', '/v1/v1/home'])(
    'does not turn %s into a route',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('leaves the query unchanged', async () => {
    expect(await (await get('/home?a=b%20c&version=1')).json()).toMatchObject({
      query: { a: 'b c', version: '1' },
    });
  });
});
