import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import type { TryRecord } from '#libs/upstream';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

/** An ordinary first try. */
const aTry: TryRecord = {
  upstream: 'users',
  method: 'GET /users',
  number: 1,
  isHedge: false,
  outcome: 'OK',
  durationMs: 12.3456,
  queueMs: 0,
  breaker: 'CLOSED',
};

let served: Served;
beforeAll(async () => {
  served = await serve((server) => {
    server.get('/things/:id', ({ context }) => {
      context.log.callerId = 'u1';
      return {};
    });
    server.post('/things', () => ({}));
    server.get('/broken', () => {
      throw new Error('a bug');
    });
    server.get('/tried', ({ context }) => {
      const unusual = {
        number: 2,
        isHedge: true,
        outcome: 'CANCELLED',
        queueMs: 1.25,
        breaker: 'HALF_OPEN',
      } as const;
      context.tries.push(aTry, { ...aTry, ...unusual });
      return {};
    });
    server.get('/limited', () => {
      const limit = { policy: 'customer', cost: 4 };
      throw new GatewayError('RATE_LIMITED', { source: 'rate-limit', limit });
    });
    server.get('/given-up/:outcome', ({ context, params }) => {
      context.tries.push(aTry, { ...aTry, outcome: (params as { outcome: string }).outcome });
      throw new GatewayError('UPSTREAM_TIMEOUT');
    });
    server.get('/down', () => {
      throw new GatewayError('UPSTREAM_UNAVAILABLE', { cause: 'connect ECONNREFUSED' });
    });
    server.get('/full', () => {
      throw new GatewayError('STORAGE_FULL', { cause: "ENOSPC: no space left on device, write '/files/a'" });
    });
  });
});
afterAll(() => served.stop());

let requested = 0;

/** The access-log line of a request. */
async function lineOf(path: string, init: RequestInit = {}) {
  const requestId = `r-${(requested += 1)}`;
  const answer = await fetch(served.url + path, {
    ...init,
    headers: { ...init.headers, 'x-request-id': requestId },
  });
  await answer.text();
  const line = await served.log.first({ requestId, msg: 'request' });
  expect(served.log.with({ requestId, msg: 'request' })).toHaveLength(1);
  return line;
}

describe('the access log', () => {
  it('has one line for each request: method, route, status, time, request and caller', async () => {
    const line = await lineOf('/things/secret-id?token=secret');
    expect(line).toMatchObject({
      msg: 'request',
      method: 'GET',
      route: '/things/:id',
      status: 200,
      callerId: 'u1',
    });
    expect(line['durationMs']).toEqual(expect.any(Number));
    expect(Number(line['durationMs'])).toBeGreaterThanOrEqual(0);
  });

  it('has every try of an upstream call, without ordinary values', async () => {
    const usual = { upstream: 'users', method: 'GET /users', outcome: 'OK', durationMs: 12.3 };
    const unusual = { number: 2, isHedge: true, outcome: 'CANCELLED', queueMs: 1.3, breaker: 'HALF_OPEN' };
    expect((await lineOf('/tried'))['tries']).toEqual([usual, { ...usual, ...unusual }]);
  });

  it('has no tries if no upstream was called', async () => {
    expect(await lineOf('/things/1')).not.toHaveProperty('tries');
  });

  it('contains nothing of the query, the body or the headers', async () => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer secret', cookie: 'secret' };
    const init = { method: 'POST', headers, body: JSON.stringify({ password: 'secret' }) };
    expect(JSON.stringify(await lineOf('/things?secret=secret', init))).not.toContain('secret');
  });

  it.each([
    ['/nothing-secret', 404, 'info', 'none'],
    ['/broken', 500, 'error', '/broken'],
    ['/down', 502, 'error', '/down'],
  ])('has a line for %s: %d at %s', async (path, status, level, route) => {
    expect(await lineOf(path)).toMatchObject({ status, level, route });
  });

  it.each([
    [
      "a client's own deadline ended before any upstream had its time",
      'CANCELLED',
      { 'x-request-timeout-ms': '5' },
      'info',
    ],
    ['ended with one that had its time', 'UPSTREAM_TIMEOUT', { 'x-request-timeout-ms': '2000' }, 'error'],
    ['our deadline ended', 'CANCELLED', {}, 'error'],
  ])('has a line for a request that %s', async (_, outcome, headers, level) => {
    expect(await lineOf(`/given-up/${outcome}`, { headers })).toMatchObject({ status: 504, level });
  });

  it('has the code of refused and failed requests only', async () => {
    const down = await lineOf('/down');
    expect(down).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    // It is in the line of the call.
    expect(down).not.toHaveProperty('cause');
    expect(await lineOf('/things', { method: 'DELETE' })).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    expect(await lineOf('/v9/things')).not.toHaveProperty('source');
    expect(await lineOf('/things/1')).not.toHaveProperty('code');
  });

  it('has the cause of a failure that has no line of its own', async () => {
    const cause = "ENOSPC: no space left on device, write '/files/a'";
    expect(await lineOf('/full')).toMatchObject({ level: 'error', status: 507, code: 'STORAGE_FULL', cause });
  });

  it('names the policy that refused a request, and its cost', async () => {
    expect(await lineOf('/limited')).toMatchObject({
      status: 429,
      code: 'RATE_LIMITED',
      source: 'rate-limit',
      policy: 'customer',
      cost: 4,
    });
  });

  it('has a line for a method that is not allowed, with its route', async () => {
    expect(await lineOf('/things', { method: 'DELETE' })).toMatchObject({ status: 405, route: '/things' });
  });

  it('has a line for a path that cannot be decoded', async () => {
    await served.raw('GET /%zz HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-bad\r\nConnection: close\r\n\r\n');
    expect(await served.log.first({ requestId: 'r-bad' })).toMatchObject({ status: 400, route: 'none' });
  });
});

describe('the access log of one of ten ordinary requests', () => {
  let sampled: Served;
  beforeAll(async () => {
    sampled = await serve(
      (server) => {
        server.get('/ok', () => ({}));
        server.get('/slow', async () => {
          await passed(650);
          return {};
        });
        server.get('/given-up/:outcome', ({ context, params }) => {
          context.tries.push(aTry, { ...aTry, outcome: (params as { outcome: string }).outcome });
          throw new GatewayError('UPSTREAM_TIMEOUT');
        });
        server.get('/down', () => {
          throw new GatewayError('UPSTREAM_UNAVAILABLE');
        });
        server.get('/degraded', ({ context }) => {
          context.degraded.push({ part: 'orders', reason: 'TIMEOUT' });
          return {};
        });
        server.get('/retried', ({ context }) => {
          context.tries.push({ ...aTry, outcome: 'UPSTREAM_TIMEOUT' }, { ...aTry, number: 2 });
          return {};
        });
      },
      { ACCESS_LOG_SAMPLE: '10', ACCESS_LOG_SLOW_MS: '600' },
    );
  });
  afterAll(() => sampled.stop());

  async function linesOf(path: string, times: number) {
    const before = sampled.log.lines.length;
    for (let n = 0; n < times; n += 1) await (await fetch(sampled.url + path)).text();
    // A refused request has a line, and is the last.
    await fetch(`${sampled.url}/nothing`, { headers: { 'x-request-id': `end${before}` } });
    await sampled.log.first({ requestId: `end${before}` });
    return sampled.log.lines.slice(before).filter((line) => line['route'] === path);
  }

  it('has one line of ten, which says so, so that rates can be computed back', async () => {
    const lines = await linesOf('/ok', 40);
    expect(lines.map(({ sampledOf }) => sampledOf)).toEqual([10, 10, 10, 10]);
  });

  it.each(['/slow', '/down', '/degraded', '/retried'])('has every line of %s', async (path) => {
    const lines = await linesOf(path, 3);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).not.toHaveProperty('sampledOf');
  });
});
