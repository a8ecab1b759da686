import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy, ownRedisForTests } from '#libs/testing';
import type { Load, LoadRequest, Sample } from '#test/support/load';
import { p99Of } from '#test/support/load';
import { LyingShop } from '#test/support/lying-shop';
import { passed } from '#test/support/quiet-machine';
import type { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';
import { Redis } from 'ioredis';

jest.setTimeout(60_000);

const PER_SECOND = 500;
const CALLERS = 20;
const PRODUCTS = 20;
const FAULT_MS = 2_500;
const MAX_SINGLE_MS = 60;
const MAX_AFTER_MS = 1;

type Server = { url: string; pid: number; stop(): Promise<void> };

let upstreams: LyingShop;
let server: Server;
let proxy: FaultProxy;
let shop: RealShop;
let callers: { authorization: string }[];

beforeAll(async () => {
  server = (await ownRedisForTests()) as Server;
  upstreams = await LyingShop.open();
  proxy = await FaultProxy.open({ target: `127.0.0.1:${new URL(server.url).port}` });
  shop = await upstreams.gateway({ CACHE: 'on', REDIS_URL: `redis://${proxy.address}` });
  callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 1}`));
  await shop.loadFor(6_000, PER_SECOND, next);
});
afterAll(async () => {
  await shop?.close();
  await upstreams?.close();
  await proxy?.close();
  await server?.stop();
});

/** Four in five are for a product, which the process remembers; the rest for a caller's orders, which Redis does. */
const next = (index: number): LoadRequest => {
  const headers = callers[index % CALLERS]!;
  if (index % 5) return { path: `/v1/products/p${index % PRODUCTS}?fields=product`, headers };
  return { path: '/v1/home?fields=recentOrders.id,degraded', headers };
};

/** Something is wrong with Redis; resolves to what mends it. */
const FAULTS: [string, () => Promise<() => Promise<unknown>>][] = [
  [
    'killed, and started again empty',
    async () => {
      const port = Number(new URL(server.url).port);
      process.kill(server.pid, 'SIGKILL');
      return async () => {
        await server.stop();
        server = (await ownRedisForTests(port)) as Server;
      };
    },
  ],
  [
    'stopped',
    async () => {
      process.kill(server.pid, 'SIGSTOP');
      return async () => process.kill(server.pid, 'SIGCONT');
    },
  ],
  ['full', () => during(['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0'])],
  ['read-only', () => during(['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE'])],
  ['emptied', () => during(['FLUSHALL'], ['PING'])],
  [
    '50 ms slow',
    async () => {
      proxy.set({ latencyMs: 50 });
      return async () => proxy.heal();
    },
  ],
];

async function during(breaking: [string, ...string[]], mending: [string, ...string[]]) {
  const run = async ([command, ...args]: [string, ...string[]]) => {
    const client = new Redis(server.url);
    await client.call(command, ...args);
    client.disconnect();
  };
  await run(breaking);
  return () => run(mending);
}

const isProduct = ({ request }: Sample) => request.path.startsWith('/v1/products');
const p50Of = (samples: Sample[]) =>
  samples.map(({ durationMs }) => durationMs).toSorted((one, other) => one - other)[samples.length >> 1] ?? NaN;
const slowestOf = (samples: Sample[]) => Math.max(0, ...samples.map(({ durationMs }) => durationMs));

describe('Redis', () => {
  it.each(FAULTS)('%s', async (what, breakIt) => {
    const row = new Row(`Redis ${what}`);
    const calm = await shop.calm(PER_SECOND, next);
    const load: Load = shop.load(PER_SECOND, next);
    await passed(500);
    const requested = upstreams.products.taken.length;
    const brokenAt = performance.now();
    const mend = await breakIt();
    await passed(FAULT_MS);
    await mend();
    const mendedAt = performance.now();
    const upAt = await shop.redisIsUp();
    await passed(1_000);
    const samples = await load.stop();

    const during = load.between(brokenAt, mendedAt);
    const products = during.filter(isProduct);
    const settled = products.filter(({ sentAt }) => sentAt > brokenAt + 500);
    row.all('answers 200', samples, ({ status }) => status === 200);
    row.upTo(
      `slowest answer (calm ${slowestOf(calm).toFixed(0)} ms + 60)`,
      slowestOf(calm) + MAX_SINGLE_MS,
      slowestOf(during),
    );
    row.upTo(
      `p50 of what the process remembers (calm ${p50Of(calm.filter(isProduct)).toFixed(1)} ms + 1)`,
      p50Of(calm.filter(isProduct)) + MAX_AFTER_MS,
      p50Of(settled),
    );
    row.upTo(
      `p99 of all after half a second (calm ${p99Of(calm).toFixed(0)} ms + 20)`,
      p99Of(calm) + 20,
      p99Of(during.filter(({ sentAt }) => sentAt > brokenAt + 500)),
    );
    row.upTo('used again after', 2_000, Math.max(0, upAt - mendedAt));
    const calls = upstreams.products.taken
      .slice(requested)
      .filter(({ method }) => method === 'BatchGetProducts').length;
    row.upTo(`calls for ${PRODUCTS} products meanwhile`, 2 * PRODUCTS, calls, 'calls');
    expect(row.missed).toEqual([]);
  });
});
