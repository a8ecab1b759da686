import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TryRecord } from '#libs/upstream';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

const aTry = (given: Partial<TryRecord> = {}): TryRecord => ({
  upstream: 'orders',
  method: 'ListOrders',
  number: 1,
  isHedge: false,
  outcome: 'OK',
  durationMs: 4,
  queueMs: 0,
  breaker: 'CLOSED',
  ...given,
});

let served: Served;
afterEach(() => served.stop());

/** The `Server-Timing` of a response that needed these tries. */
async function timingOf(
  tries: TryRecord[],
  environment: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<string | null> {
  served = await serve((server) => {
    server.get('/', ({ context }, reply) => {
      context.tries.push(...tries);
      return reply.headers(headers).send({});
    });
  }, environment);
  return (await fetch(served.url)).headers.get('server-timing');
}

describe('Server-Timing', () => {
  it('has one entry for each upstream, in milliseconds, in the order of completion', async () => {
    const tries = [aTry({ upstream: 'users', durationMs: 12.345 }), aTry()];
    expect(await timingOf(tries)).toBe('users;dur=12.3, orders;dur=4.0');
  });

  it('adds up the calls of one upstream, with their number', async () => {
    expect(
      await timingOf([aTry(), aTry({ upstream: 'users' }), aTry({ method: 'GetOrder', durationMs: 0.5 })]),
    ).toBe('orders;dur=4.5;desc="2 calls", users;dur=4.0');
  });

  it('counts retries and hedges', async () => {
    const tries = [
      aTry({ outcome: 'UPSTREAM_UNAVAILABLE' }),
      aTry({ number: 2 }),
      aTry({ number: 2, isHedge: true }),
    ];
    expect(await timingOf(tries)).toBe('orders;dur=12.0;desc="1 call, 3 tries"');
  });

  it('names the process that answered where that is asked for, but not on a response that shared caches store', async () => {
    const own = `process;desc="${process.pid}"`;
    expect(await timingOf([], { SERVER_TIMING: 'pid' })).toBe(own);
    await served.stop();
    expect(await timingOf([aTry()], { SERVER_TIMING: 'pid' })).toBe(`${own}, orders;dur=4.0`);
    await served.stop();
    const shared = { 'cache-control': 'public, max-age=60' };
    expect(await timingOf([aTry()], { SERVER_TIMING: 'pid' }, shared)).toBeNull();
  });

  it('is not on a response without upstream calls', async () => {
    expect(await timingOf([])).toBeNull();
  });

  it.each(['public, max-age=60', 'max-age=60, Public'])(
    'is not on a response that shared caches store: %s',
    async (control) => {
      expect(await timingOf([aTry()], {}, { 'cache-control': control })).toBeNull();
    },
  );
});

const IN_PRODUCTION = {
  NODE_ENV: 'production',
  INTERNAL_TOKEN_KEY: 'a key that only this gateway and its services know',
  JWT_PRIVATE_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string,
};

describe('whether Server-Timing is sent', () => {
  it.each([
    ['yes by default', {}, true],
    ['no if it is off', { SERVER_TIMING: 'off' }, false],
    ['no in production by default', IN_PRODUCTION, false],
    ['yes in production if it is on', { ...IN_PRODUCTION, SERVER_TIMING: 'on' }, true],
  ])('is: %s', async (_, environment, isSent) => {
    expect((await timingOf([aTry()], environment)) !== null).toBe(isSent);
  });
});
