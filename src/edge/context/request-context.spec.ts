import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from '#libs/upstream';
import type { Logger } from '#libs/observe';
import type { FastifyInstance } from 'fastify';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

let served: Served;
/** Receives the context of each request to /wait. */
let received: (context: Context) => void = () => {};

function routes(server: FastifyInstance, logger: Logger): void {
  server.get('/time', ({ context }) => ({ remainingMs: context.remainingMs, ...context.trace }));
  server.get('/wait', async ({ context }) => {
    received(context);
    await once(context.signal, 'abort');
    return {};
  });
  server.post('/say', async ({ body }) => {
    await new Promise(setImmediate);
    logger.info({ body }, 'inside');
    return {};
  });
}

beforeAll(async () => {
  served = await serve(routes, { REQUEST_TIMEOUT_MS: '2000' });
});
afterAll(() => served.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${served.url}${path}`, { headers });
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('the client', () => {
  it('has the name that it sends, in UTF-8', async () => {
    const context = new Promise<Context>((resolve) => (received = resolve));
    const left = new AbortController();
    const headers = { 'user-agent': Buffer.from('größer/1.0').toString('latin1') };
    const answer = fetch(`${served.url}/wait`, { headers, signal: left.signal });
    expect((await context).client?.userAgent).toBe('größer/1.0');
    left.abort();
    await expect(answer).rejects.toThrow('aborted');
  });
});

describe('the request id', () => {
  it.each(['a', 'Az09._-', 'x'.repeat(128)])("is the client's: %p", async (id) => {
    const answer = await get('/time', { 'x-request-id': id });
    expect(answer.headers.get('x-request-id')).toBe(id);
  });

  it.each(['x'.repeat(129), 'a b', 'a,b', '<script>', 'ä', '{"$ne":1}'])(
    'is new in place of the invalid %p',
    async (id) => {
      const answer = await get('/time', { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toMatch(UUID);
    },
  );

  it('is new if the client sends none', async () => {
    const [one, other] = [await get('/time'), await get('/time')].map(({ headers }) =>
      headers.get('x-request-id'),
    );
    expect(one).toMatch(UUID);
    expect(other).not.toBe(one);
  });

  it('is new if the client sends two', async () => {
    const answer = await served.raw(
      'GET /time HTTP/1.1\r\nHost: a\r\nX-Request-Id: a\r\nX-Request-Id: b\r\nConnection: close\r\n\r\n',
    );
    expect(/x-request-id: (.*)/i.exec(answer)?.[1]).toMatch(UUID);
  });

  it('is on the 404 of an unknown path', async () => {
    expect((await get('/nothing', { 'x-request-id': 'r-404' })).headers.get('x-request-id')).toBe('r-404');
  });

  it('is on every log line of the request, also after its body was read', async () => {
    const headers = { 'content-type': 'application/json', 'x-request-id': 'r-say', traceparent: TRACE };
    await fetch(`${served.url}/say`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ text: 'x'.repeat(5_000) }),
    });
    expect(await served.log.first({ msg: 'inside', requestId: 'r-say' })).toMatchObject({
      traceId: 'a'.repeat(32),
    });
    expect(await served.log.first({ msg: 'request', requestId: 'r-say' })).toMatchObject({
      traceId: 'a'.repeat(32),
    });
  });
});

const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('traceparent', () => {
  it('is passed on if it is valid (W3C Trace Context)', async () => {
    expect(await (await get('/time', { traceparent: TRACE })).json()).toMatchObject({ traceparent: TRACE });
  });

  it.each([
    'nonsense',
    `00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`,
    `${TRACE}-more`,
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
  ])('is left out for %p', async (given) => {
    const seen = await (await get('/time', { traceparent: given, tracestate: 'a=1' })).json();
    expect(seen).not.toHaveProperty('traceparent');
    expect(seen).not.toHaveProperty('tracestate');
  });
});

describe('tracestate', () => {
  it('is passed on with a traceparent, joined from several lines', async () => {
    const answer = await served.raw(
      `GET /time HTTP/1.1\r\nHost: a\r\ntracestate: a=1\r\ntraceparent: ${TRACE}\r\ntracestate: b=2\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain('"tracestate":"a=1,b=2"');
  });

  it('is ignored without a traceparent, or with two', async () => {
    expect(await (await get('/time', { tracestate: 'a=1' })).json()).not.toHaveProperty('tracestate');
    const twice = `traceparent: ${TRACE}\r\n`.repeat(2);
    const answer = await served.raw(
      `GET /time HTTP/1.1\r\nHost: a\r\n${twice}tracestate: a=1\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).not.toContain('tracestate');
  });
});

describe('the deadline of a request', () => {
  const remaining = async (headers?: Record<string, string>) =>
    ((await (await get('/time', headers)).json()) as { remainingMs: number }).remainingMs;

  it('is the configured one', async () => {
    expect(await remaining()).toBeLessThanOrEqual(2_000);
    expect(await remaining()).toBeGreaterThan(1_000);
  });

  it('is shorter if the client requests it, and never longer', async () => {
    expect(await remaining({ 'x-request-timeout-ms': '500' })).toBeLessThanOrEqual(500);
    expect(await remaining({ 'x-request-timeout-ms': '999999999' })).toBeLessThanOrEqual(2_000);
  });

  it.each(['0', '-1', '1.5', '1e3', 'soon', '5, 6', ' '])('cannot be %p: 400 naming the header', async (given) => {
    const answer = await get('/time', { 'x-request-timeout-ms': given });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'BAD_REQUEST',
      errors: [{ field: 'X-Request-Timeout-Ms' }],
    });
  });

  it('cancels the upstream calls when it passes', async () => {
    const context = new Promise<Context>((resolve) => (received = resolve));
    await get('/wait', { 'x-request-timeout-ms': '20' });
    expect((await context).signal.reason).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });
});
