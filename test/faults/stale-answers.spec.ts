import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy } from '#libs/testing';
import { bodyOf, type LoadRequest, missingIn, p99Of, type Sample } from '#test/support/load';
import { passed, quietMachine } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(240_000);

const ROUNDS = 5;
const PER_SECOND = 60;
const CALLERS = 40;
const ROUND_MS = 2_000;
/** How long the service takes to answer. */
const LATENCY_MS = 5;
/** Orders are fresh for two seconds. */
const EXPIRED_MS = 2_100;
const HEALTHY_MS = 8_000;
/** No more calls than these go on without anybody who waits. */
const MAX_DETACHED = 16;

let shop: RealShop;
let proxy: FaultProxy;
let pages: LoadRequest[];

beforeAll(async () => {
  shop = await RealShop.open(async (at) => {
    proxy = await FaultProxy.open({ target: at('orders'), faults: { latencyMs: LATENCY_MS } });
    return { CACHE: 'on', ORDERS_URL: proxy.address };
  });
  const callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 3}`));
  const own: LoadRequest[][] = [];
  for (const headers of callers) own.push(await pagesOf(headers));
  // Everybody's home first, then everybody's order.
  pages = [0, 1].flatMap((which) => own.flatMap((one) => one[which] ?? []));
});
afterAll(async () => {
  await shop?.close();
  await proxy?.close();
});

/** A caller's home page, and the page of an order of theirs. */
async function pagesOf(headers: { authorization: string }): Promise<LoadRequest[]> {
  const answer = await fetch(`${shop.url}/v1/orders?first=1`, { headers });
  if (!answer.ok) throw new Error(await answer.text());
  const { items } = (await answer.json()) as { items: { id: string }[] };
  const order = items.map(({ id }) => ({ path: `/v1/orders/${id}`, headers }));
  return [{ path: '/v1/home', headers }, ...order];
}

const next = (index: number) => pages[index % pages.length]!;
const isStale = (sample: Sample) => missingIn(sample).some((missing) => missing.endsWith(' STALE'));

/** First tries of calls to orders so far, as `/metrics` counts them. */
async function callsToOrders(): Promise<number> {
  const counted = (await shop.metrics()).matchAll(/^upstream_try_duration_seconds_count\{([^}]*)\} (\d+)/gm);
  return [...counted]
    .filter(([, labels]) => labels!.includes('upstream="orders"') && labels!.includes('kind="first"'))
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

/** Every page is in the cache, and has expired there. */
async function expired(): Promise<void> {
  await shop.loadFor(ROUND_MS, PER_SECOND, next);
  await passed(EXPIRED_MS);
}

/** A load on pages that have expired. */
async function measured(): Promise<{ samples: Sample[]; calls: number }> {
  const before = await callsToOrders();
  const samples = await shop.loadFor(ROUND_MS, PER_SECOND, next);
  return { samples, calls: (await callsToOrders()) - before };
}

/** The same while orders are stopped, from the first request on. */
async function measuredHung(): Promise<{ samples: Sample[]; calls: number }> {
  const orders = shop.processes.get('orders')!;
  orders.signal('SIGSTOP');
  try {
    return await measured();
  } finally {
    orders.signal('SIGCONT');
  }
}

/** Asks on until both breakers are closed: they learn from calls alone. */
async function recovered(): Promise<void> {
  const load = shop.load(PER_SECOND, next);
  for (const method of ['ListRecentOrders', 'BatchGetOrders']) {
    await shop.breakerIs('orders', method, (state) => state === 'CLOSED');
  }
  await load.stop();
}

const median = (values: number[]) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

describe('a service that hangs (SIGSTOP) while stale answers can stand in', () => {
  it('delays no request, not even the first', async () => {
    const row = new Row('hung with a stand-in');
    await quietMachine();
    const [calm, hung]: [Sample[][], Sample[][]] = [[], []];
    const calls = { calm: 0, hung: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      await expired();
      const baseline = await measured();
      await expired();
      const stopped = await measuredHung();
      calm.push(baseline.samples);
      hung.push(stopped.samples);
      calls.calm += baseline.calls;
      calls.hung = Math.max(calls.hung, stopped.calls);
      await recovered();
    }
    const [calmP99, hungP99] = [calm, hung].map((rounds) => median(rounds.map(p99Of))) as [number, number];
    const max = Math.max(1.5 * calmP99, calmP99 + 10);
    const all = (rounds: Sample[][]) => rounds.map((samples) => p99Of(samples).toFixed(0)).join(' ');
    process.stdout.write(`p99 by round: calm ${all(calm)} ms, hung ${all(hung)} ms\n`);
    row.upTo(`p99 while it hangs (calm ${calmP99.toFixed(1)} ms: max of 1.5 × and + 10)`, max, hungP99);

    row.all('answers 200', [...calm, ...hung].flat(), ({ status }) => status === 200);
    row.all('of a stopped service, whole with stale parts, or fresh', hung.flat(), (sample) =>
      missingIn(sample).every((missing) => /^(recentOrders|order) STALE$/.test(missing)),
    );
    row.all('stale parts with their age', hung.flat().filter(isStale), (sample) =>
      (bodyOf(sample)['degraded']! as { ageSeconds?: number }[]).every(({ ageSeconds }) => (ageSeconds ?? 0) >= 2),
    );
    row.upTo(
      `calls begun for ${pages.length} expired pages in ${ROUNDS} calm rounds`,
      ROUNDS * pages.length * 1.05,
      calls.calm,
      'calls',
    );
    row.upTo('calls begun in a round while it hangs', pages.length + MAX_DETACHED, calls.hung, 'calls');

    const healthy = await shop.loadFor(HEALTHY_MS, PER_SECOND, next);
    const share = (100 * healthy.filter(isStale).length) / healthy.length;
    row.upTo(`stale answers while it is healthy, of ${healthy.length}`, 1, share, '%');
    const calmShare = (100 * calm.flat().filter(isStale).length) / calm.flat().length;
    row.upTo(`stale answers in calm rounds, of ${calm.flat().length}`, 1, calmShare, '%');
    expect(row.missed).toEqual([]);
  });
});
