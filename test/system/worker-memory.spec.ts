import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import type { WorkerLoad } from '#libs/process';
import { isAlive, ownRedisForTests } from '#libs/testing';
import { Follower } from '#test/support/follower';
import { bodyOf, isWhole, type LoadRequest, poolInTurn } from '#test/support/load';
import { RealShop } from '#test/support/real-shop';
import { unhurried } from '#test/support/unhurried';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

// A busy machine starts six processes here.
jest.setTimeout(120_000);

/** More than a worker has, and less than what one takes that leaks. */
const LIMIT_BYTES = 450_000_000;
const PER_SECOND = 20;
const WRITE_EVERY = 10;

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
const folder = mkdtempSync(join(tmpdir(), 'atrium-worker-memory-'));
let shop: RealShop;

beforeAll(async () => {
  if ('skip' in redis) return;
  shop = await RealShop.open(async () => ({
    NODE_OPTIONS: '--import ./test/system/leak.fixture.ts',
    WORKERS: '2',
    WORKER_MEMORY_BYTES: `${LIMIT_BYTES}`,
    REDIS_URL: redis.url,
    DRAIN_MS: '1000',
    // What is lost is what counts here, and not what a busy machine sheds or answers late.
    ...unhurried(folder),
  }));
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
  if (!('skip' in redis)) await redis.stop();
});

const CUSTOMER = 'u3';
const read = (): LoadRequest => ({ path: '/v1/products/p1?fields=product', headers: {} });
const write = (index: number, productId: string): LoadRequest => ({
  method: 'POST',
  path: '/v1/orders',
  headers: { ...shop.access.of(CUSTOMER), 'idempotency-key': `leak-${index}` },
  body: { lines: [{ productId, quantity: 1 }] },
});
const isWrite = ({ method }: LoadRequest) => method === 'POST';

async function productsInStock(): Promise<string[]> {
  const answer = await fetch(`${shop.url}/v1/products?pageSize=100`);
  const { items } = (await answer.json()) as { items: { id: string; inStock: boolean }[] };
  return items.filter(({ inStock }) => inStock).map(({ id }) => id);
}

/** A worker that has a stream. */
async function streaming(): Promise<number> {
  for (;;) {
    const answer = await fetch(`${shop.adminUrl}/admin/workers`, { headers: shop.access.admin });
    const { workers } = (await answer.json()) as { workers: WorkerLoad[] };
    const found = workers.find(({ openStreams }) => openStreams > 0);
    if (found) return found.pid;
  }
}

onRedis('a worker that leaks, under load', () => {
  it('is replaced above WORKER_MEMORY_BYTES, and no read, no order and no event is lost', async () => {
    const token = shop.access.of(CUSTOMER).authorization.slice('Bearer '.length);
    const stream = await Follower.open(`${shop.url}/v1/events`, token);
    const leaking = await streaming();
    const pool = poolInTurn(shop.url);
    // Not more orders of one than there are of it.
    const products = await productsInStock();
    const next = (index: number) =>
      index % WRITE_EVERY ? read() : write(index, products[(index / WRITE_EVERY) % products.length]!);
    const load = shop.load(PER_SECOND, next, pool);
    while (load.samples.length < 3 * PER_SECOND) await passed(10);
    process.kill(leaking, 'SIGWINCH');
    const replaced = await shop.gateway.log.first({ msg: 'a worker uses too much memory: replacing it' });
    expect(replaced).toMatchObject({ worker: leaking, memoryBytes: LIMIT_BYTES });
    expect(replaced['residentBytes']).toBeGreaterThan(LIMIT_BYTES);
    while (isAlive(leaking)) await passed(10);
    await stream.closed;
    // Before its end the worker itself might have been the one that answers, with another `shutdown`.
    const resumed = await Follower.open(`${shop.url}/v1/events`, token, stream.lastId);
    const samples = await load.stop();
    await pool.close();

    const writes = samples.filter(({ request }) => isWrite(request));
    const reads = samples.filter(({ request }) => !isWrite(request));
    expect(reads.filter((sample) => !isWhole(sample))).toEqual([]);
    expect(writes.filter(({ status }) => status !== 201)).toEqual([]);
    expect([reads.length, writes.length].every((count) => count > 5)).toBe(true);
    const ids = writes.map((sample) => String(bodyOf(sample)['id']));
    expect(new Set(ids).size).toBe(ids.length);

    expect(stream.events.at(-1)!.event).toBe('shutdown');
    const heard = () => [...stream.events, ...resumed.events].flatMap(({ data }) => data['orderId'] ?? []);
    while (!ids.every((id) => heard().includes(id))) await passed(10);
    resumed.close();
    expect(await shop.metrics()).toContain('worker_process_starts_total{reason="memory"} 1\n');
    expect(shop.gateway.log.with({ msg: 'worker started' })).toHaveLength(3);
  });
});
