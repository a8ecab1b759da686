import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenVerifier } from '#libs/internal-token';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { usersDocument } from '#libs/contracts';
import { freePort } from '#libs/testing';
import { Context, RestClient } from '#libs/upstream';
import { httpUpstreams, json } from './http-upstream.fixture.ts';
import { clientOptions } from './policies/upstream.fixture.ts';

const { upstream } = httpUpstreams();
const ada = { id: 'u1', scopes: ['profile:read'] };
const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=1' };
const aContext = (more: object = {}) =>
  new Context({ log: { requestId: 'r-1' }, caller: ada, timeoutMs: 3_000, ...more });

describe('a REST operation', () => {
  it('answers the JSON of its upstream', async () => {
    const { client } = await upstream(json({ users: [{ id: 'u1', name: 'Adä' }] }));
    expect(await client.operation('GET', '/users')(aContext(), {})).toEqual({
      users: [{ id: 'u1', name: 'Adä' }],
    });
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/hal+json',
    'Application/JSON',
  ])('takes %s for JSON', async (type) => {
    const { client } = await upstream((response) =>
      response.writeHead(201, { 'content-type': type }).end('{"id":1}'),
    );
    expect(await client.operation('POST', '/users')(aContext(), { body: {} })).toEqual({ id: 1 });
  });

  it('sends its method, its path, its query and its body', async () => {
    const { client, received } = await upstream(json({}));
    const body = { name: 'Ada "L"' };
    await client.operation('POST', '/users/{id}/notes/{note}')(aContext(), {
      params: { id: 'u1', note: 'n 1/ä?#' },
      query: { ids: 'a,b', q: 'x&y=ü' },
      body,
    });
    expect(received).toEqual([
      expect.objectContaining({
        method: 'POST',
        url: '/users/u1/notes/n%201%2F%C3%A4%3F%23?ids=a%2Cb&q=x%26y%3D%C3%BC',
        body: JSON.stringify(body),
        headers: expect.objectContaining({ 'content-type': 'application/json' }),
      }),
    ]);
  });

  it('answers undefined where it has no content, and fails as any other', async () => {
    const { client } = await upstream((response, { method }) => {
      if (method === 'DELETE') response.writeHead(204).end();
      else response.writeHead(409, { 'content-type': 'application/json' }).end('{}');
    });
    const traits = { isEmpty: true };
    expect(await client.operation('DELETE', '/users/u1', traits)(aContext(), {})).toBeUndefined();
    await expect(client.operation('POST', '/users/u1', traits)(aContext(), {})).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(client.operation('DELETE', '/users/u1')(aContext(), {})).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
  });

  it('says what kind of JSON its body is, where it is a kind of its own', async () => {
    const { client, received } = await upstream(json({}));
    const patch = client.operation('PATCH', '/users/{id}', { contentType: 'application/merge-patch+json' });
    await patch(aContext(), { params: { id: 'u1' }, body: { name: null } });
    expect(received[0]!.headers['content-type']).toBe('application/merge-patch+json');
    expect(received[0]!.body).toBe('{"name":null}');
  });

  it('says nothing of a body where there is none', async () => {
    const { client, received } = await upstream(json({}));
    await client.operation('GET', '/users')(aContext(), {});
    expect(received[0]).toMatchObject({ url: '/users', body: '' });
    expect(received[0]!.headers).not.toHaveProperty('content-type');
  });

  it('never leaves the path it was given, whatever its parameters are', async () => {
    const { client, received } = await upstream(json({}));
    const byId = client.operation('GET', '/users/{id}/notes');
    const property = fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 8 }), async (id) => {
      received.length = 0;
      const answer = await byId(aContext(), { params: { id } }).catch((error: unknown) => error);
      if (received[0]) expect(new URL(received[0].url, 'http://x').pathname).toMatch(/^\/users\/[^/]+\/notes$/);
      else expect(answer).toMatchObject({ code: 'NOT_FOUND' });
    });
    await fc.assert(property, {
      numRuns: 100,
      examples: [['..'], ['.'], ['../admin'], ['%2e%2e'], ['\ud800'], ['\\..']],
    });
  }, 60_000);

  it.each([['', '.', '..', '\ud800']])('knows without asking that nothing has the id "%s"', async (id) => {
    const { client, received } = await upstream(json({}));
    const call = client.operation('GET', '/users/{id}')(aContext(), { params: { id } });
    await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(received).toEqual([]);
  });
});

describe('what a REST operation tells its upstream', () => {
  it('is who asks, by a token for this upstream alone', async () => {
    const { client, received } = await upstream(json({}));
    await client.operation('GET', '/users')(aContext(), {});
    const { authorization } = received[0]!.headers;
    expect(new InternalTokenVerifier([DEMO_INTERNAL_TOKEN_KEY], 'users').verify(authorization)).toEqual(ada);
    expect(() => new InternalTokenVerifier([DEMO_INTERNAL_TOKEN_KEY], 'orders').verify(authorization)).toThrow();
  });

  it('is the request it is for: its id, its trace and its time', async () => {
    const { client, received } = await upstream(json({}));
    await client.operation('GET', '/users')(aContext({ trace }), {});
    expect(received[0]!.headers).toMatchObject({ accept: 'application/json', 'x-request-id': 'r-1', ...trace });
    const timeoutMs = Number(received[0]!.headers['x-request-timeout-ms']);
    expect(timeoutMs).toBeGreaterThan(2_000);
    expect(timeoutMs).toBeLessThanOrEqual(3_000);
    expect(Number.isInteger(timeoutMs)).toBe(true);
  });

  it('is no trace where there is none', async () => {
    const { client, received } = await upstream(json({}));
    await client.operation('GET', '/users')(aContext(), {});
    expect(received[0]!.headers).not.toHaveProperty('traceparent');
    expect(received[0]!.headers).not.toHaveProperty('tracestate');
  });
});

describe('a REST client', () => {
  it('tries a read again, and a write not', async () => {
    const { url, received } = await upstream(json({}, 503));
    const client = new RestClient([url], clientOptions('users', { retry: { baseDelayMs: 1 } }));
    await expect(client.operation('GET', '/users')(aContext(), {})).rejects.toThrow();
    expect(received).toHaveLength(3);
    await expect(client.operation('POST', '/users')(aContext(), {})).rejects.toThrow();
    expect(received).toHaveLength(4);
    await client.close();
  });

  it.each<[string, number, Record<string, string>, number]>([
    ['a read again', 503, {}, 3],
    ['a read again', 408, {}, 3],
    ['no read again that is at its limit', 429, {}, 1],
    ['a read again that is at its limit for now', 429, { 'retry-after': '0' }, 3],
    ['no read again for which there is no time', 429, { 'retry-after': '60' }, 1],
    ['no read again for which there is no time', 503, { 'retry-after': '60' }, 1],
    ['no read again that is refused', 403, { 'retry-after': '0' }, 1],
  ])('tries %s: %i %j', async (_, status, headers, tries) => {
    const { url, received } = await upstream((response) => void response.writeHead(status, headers).end());
    const client = new RestClient([url], clientOptions('users', { retry: { baseDelayMs: 1 } }));
    await expect(client.operation('GET', '/users')(aContext(), {})).rejects.toThrow();
    expect(received).toHaveLength(tries);
    await client.close();
  });

  it('waits as long as the upstream asks before it tries again', async () => {
    const times: number[] = [];
    const { url } = await upstream((response, request) => {
      times.push(performance.now());
      if (times.length > 1) return json({})(response, request);
      response.writeHead(429, { 'retry-after': '1' }).end();
    });
    const client = new RestClient([url], clientOptions('users', {}));
    await client.operation('GET', '/users')(aContext(), {});
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990);
    await client.close();
  });

  it('keeps calling, and keeps an address, that refuses its callers, whatever the status of the refusal', async () => {
    let status = 0;
    const { url } = await upstream((response) => void response.writeHead(status).end());
    const options = clientOptions('users', { retry: { maxTries: 1 } });
    const client = new RestClient([url, url], options);
    const get = client.operation('GET', '/users');
    for (status = 400; status < 500; status += 1) {
      for (let i = 0; i < 3; i += 1) await expect(get(aContext(), {})).rejects.toThrow();
    }
    expect(options.upstream.breaker('GET /users')).toMatchObject({ state: 'CLOSED', timesOpened: 0 });
    expect(client.endpoints.report()).toMatchObject([{ isEjected: false }, { isEjected: false }]);
    await client.close();
  }, 60_000);

  it('goes to another address where one cannot be reached', async () => {
    const { url } = await upstream(json({ id: 'u1' }));
    const client = new RestClient([`http://127.0.0.1:${await freePort()}`, url], clientOptions('users', {}));
    const get = client.operation('GET', '/users/{id}');
    const pending = ['u1', 'u2', 'u3', 'u4'].map((id) => get(aContext(), { params: { id } }));
    expect(await Promise.all(pending)).toEqual(Array(4).fill({ id: 'u1' }));
    await client.close();
  });

  it('sends a write to another address where one cannot be reached, and once', async () => {
    const { url, received } = await upstream(json({ id: 'u1' }));
    const client = new RestClient([`http://127.0.0.1:${await freePort()}`, url], clientOptions('users', {}));
    const post = client.operation('POST', '/users');
    const pending = [1, 2, 3, 4].map((body) => post(aContext(), { body }));
    expect(await Promise.all(pending)).toEqual(Array(4).fill({ id: 'u1' }));
    expect(received.map(({ body }) => body).toSorted()).toEqual(['1', '2', '3', '4']);
    await client.close();
  });

  it('refuses an answer that is not what the document says, and says where in the cause alone', async () => {
    const { url } = await upstream(json({ users: [{ id: 'u1', name: 42 }] }));
    const client = new RestClient([url], clientOptions('users'), usersDocument());
    const pending = client.operation('GET', '/users')(aContext(), {});
    await expect(pending).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
      detail: undefined,
      cause: expect.objectContaining({ message: expect.stringMatching(/^\/users\/0/) }),
    });
    expect(() => client.operation('GET', '/nothing')).toThrow(TypeError);
    await client.close();
  });

  it.each([
    [200, true],
    [503, false],
    [404, false],
  ])('asks its upstream whether it is ready: %i is %p', async (status, isReady) => {
    const { client, received } = await upstream(json({}, status));
    expect(await client.isReady(aContext())).toBe(isReady);
    expect(received).toMatchObject([{ method: 'GET', url: '/readyz' }]);
  });

  it('keeps its connections', async () => {
    const ports = new Set<number | undefined>();
    const { client } = await upstream((response, request) => {
      ports.add(request.socket.remotePort);
      json({})(response, request);
    });
    const list = client.operation('GET', '/users');
    for (let i = 0; i < 20; i++) await list(aContext(), {});
    expect(ports.size).toBeLessThan(5);
  });
});
