import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { Context, Latencies, type Try, Upstream, upstreamSettings, withPolicies } from '#libs/upstream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MemoryPressure } from './memory-pressure.ts';
import { Shedding } from './shedding.ts';

const MISS_MS = 60;
const VISITS = 45;
const done = (error?: Error | null) => {
  if (error) throw error;
};
const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
const slow: Try<unknown, string> = () => sleep(MISS_MS).then(() => 'found');

/** A call to an upstream, which may be made again, with a pause of up to 80 ms. */
function callOf(wire: Try<unknown, string>, isSafe = true) {
  const settings = { retry: { baseDelayMs: 40, maxDelayMs: 80 }, budget: { ratio: 1 }, breaker: { mode: 'off' } };
  const upstream = new Upstream('orders', upstreamSettings.parse(settings));
  const info = { upstream: 'orders', method: 'GetOrder', isSafe, isIdempotent: true, latencies: new Latencies() };
  return withPolicies(wire, { ...info, scope: 'caller' }, upstream, () => {});
}

describe('the adaptive limit', () => {
  let shedding: Shedding;
  beforeEach(() => {
    jest.useFakeTimers();
    shedding = new Shedding(loadConfig({}), new MemoryPressure(() => 0));
  });
  afterEach(() => {
    shedding.onApplicationShutdown();
    jest.useRealTimers();
  });

  interface Case {
    handler?: (context: Context) => Promise<unknown>;
    /** The time in which its body arrives, if it has one. */
    bodyMs?: number;
    status?: number;
  }

  async function visit({ handler, bodyMs, status = 200 }: Case): Promise<void> {
    const request = {
      method: 'GET',
      headers: {},
      raw: { headers: bodyMs ? { 'content-length': '9' } : {}, httpVersionMajor: 1 },
      routeOptions: { url: '/v1/home', config: {} },
      context: new Context({ log: { requestId: 'r-1' }, timeoutMs: 60_000 }),
    } as unknown as FastifyRequest;
    const reply = { raw: new EventEmitter(), statusCode: status } as unknown as FastifyReply;
    shedding.onRequest(request, reply, done);
    if (bodyMs) await sleep(bodyMs);
    shedding.preValidation(request, reply, done);
    await handler?.(request.context);
    shedding.onSend(request, reply, 'answer', done);
  }

  /** The limit after some answers, each a few milliseconds after the last. The first comes from memory. */
  async function limitAfter(one: Case, first: Case = {}): Promise<number> {
    await visit(first);
    for (let n = 0; n < VISITS; n += 1) {
      const visited = visit(one);
      await jest.advanceTimersByTimeAsync(one.bodyMs ?? 400);
      await visited;
    }
    return shedding.limit.value;
  }

  it('shrinks by work that takes longer than the best of its route', async () => {
    expect(await limitAfter({ handler: () => sleep(MISS_MS) })).toBeLessThan(90);
  });

  it('stays, however long requests wait for one call after the other', async () => {
    const [read, write] = [callOf(slow), callOf(slow, false)];
    const handler = async (context: Context) => {
      await read(context, { id: 'o1' });
      await write(context, { id: 'o2' });
      // The writes of a request may go on without its client.
      await write(context.detached(5_000), { id: 'o3' });
    };
    expect(await limitAfter({ handler })).toBe(100);
  });

  it('stays while a call is made again, its pause included', async () => {
    let tries = 0;
    const flaky: Try<unknown, string> = async () => {
      await sleep(MISS_MS);
      tries += 1;
      if (tries % 2) throw new GatewayError('UPSTREAM_UNAVAILABLE', { transient: { isUnsent: true } });
      return 'found';
    };
    const call = callOf(flaky);
    expect(await limitAfter({ handler: (context) => call(context, {}) })).toBe(100);
    expect(tries).toBeGreaterThan(VISITS);
  });

  it('counts the time between calls, and of concurrent ones only what is not waiting', async () => {
    const call = callOf(slow);
    const handler = async (context: Context) => {
      await Promise.all([call(context, { id: 'o1' }), call(context, { id: 'o2' })]);
      await sleep(MISS_MS);
    };
    expect(await limitAfter({ handler })).toBeLessThan(90);
  });

  it('stays while bodies take seconds to arrive', async () => {
    expect(await limitAfter({ bodyMs: 3_000 })).toBe(100);
  });

  it('does not take the time of a refusal for the best of its route', async () => {
    const handler = () => sleep(MISS_MS);
    expect(await limitAfter({ handler }, { status: 401 })).toBe(100);
  });
});
