import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { redisSentinelForTests } from '#libs/testing';
import { isWhole, p99Of } from '#test/support/load';
import { LyingShop } from '#test/support/lying-shop';
import { passed } from '#test/support/quiet-machine';
import type { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(240_000);

const PER_SECOND = 100;
const CALLERS = 20;
const SENTINEL_MS = 5_000;

type Group = { url: string; fail(): void; stop(): Promise<void> };

let group: Group;
let upstreams: LyingShop;
let shop: RealShop;

beforeAll(async () => {
  group = (await redisSentinelForTests()) as Group;
  upstreams = await LyingShop.open();
  shop = await upstreams.gateway({ CACHE: 'on', SHEDDING: 'off', REDIS_URL: group.url });
});
afterAll(async () => {
  await shop?.close();
  await upstreams?.close();
  await group?.stop();
});

/** Places an order with a key. @returns the status and the body */
async function place(key: string): Promise<string> {
  const headers = { ...shop.access.of('u1'), 'content-type': 'application/json', 'idempotency-key': key };
  const body = JSON.stringify({ lines: [{ productId: 'p1', quantity: 1 }] });
  const response = await fetch(`${shop.url}/v1/orders`, { method: 'POST', headers, body });
  return `${response.status} ${await response.text()}`;
}

it('a master of Redis is killed, and its sentinel promotes the replica', async () => {
  const row = new Row('Redis master killed, its replica promoted');
  const callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 1}`));
  const home = (index: number) => ({ path: '/v1/home', headers: callers[index % CALLERS]! });
  await shop.redisIsUp();
  const calm = await shop.loadFor(3_000, PER_SECOND, home);
  const placed = await place('"before"');
  const orders = () => upstreams.orders.taken.filter(({ method }) => method === 'PlaceOrder').length;
  const ordersBefore = orders();
  const load = shop.load(PER_SECOND, home);
  // By then the replica has what was written.
  await passed(500);
  group.fail();
  const killedAt = performance.now();
  await passed(200);
  const upAt = await shop.redisIsUp();
  await passed(500);
  const repeated = await place('"before"');
  const samples = await load.stop();

  row.all('answers 200, whole', samples, isWhole);
  row.upTo(`p99 (calm ${p99Of(calm).toFixed(0)} ms + 60)`, p99Of(calm) + 60, p99Of(samples));
  row.upTo('the new master is used after', SENTINEL_MS, upAt - killedAt);
  row.note(
    'an order of before is answered from Redis',
    'the same',
    repeated === placed ? 'the same' : repeated,
    repeated === placed && orders() === ordersBefore,
  );
  expect(row.missed).toEqual([]);
});
