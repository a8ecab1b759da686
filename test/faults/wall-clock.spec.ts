import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy } from '#libs/testing';
import { bodyOf, isWhole, type Sample } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;
const PER_SECOND = 60;
const CALLERS = 40;
/** So slow is orders, so that there are always calls on their way when the clock is moved. */
const SLOW_MS = 200;

let proxy: FaultProxy;
let shop: RealShop;
let callers: { authorization: string }[];

beforeAll(async () => {
  shop = await RealShop.open(async (at) => {
    proxy = await FaultProxy.open({ target: at('orders'), faults: { latencyMs: SLOW_MS } });
    return { ORDERS_URL: proxy.address };
  });
  callers = Array.from({ length: CALLERS }, (_, index) => shop.access.of(`u${index + 3}`));
  await shop.loadFor(2_000, PER_SECOND, home);
});
afterAll(async () => {
  await shop?.close();
  await proxy?.close();
});

const home = (index: number) => ({ path: '/v1/home', headers: callers[index % CALLERS]! });
describe('the wall clock moved under load', () => {
  it.each([
    ['an hour on', HOUR_MS],
    ['an hour back', -HOUR_MS],
    ['to what it was', 0],
  ])('%s', async (what, byMs) => {
    const row = new Row(`wall clock moved ${what}`);
    const load = shop.load(PER_SECOND, home);
    await passed(500);
    await shop.moveWallClock(byMs);
    const movedAt = performance.now();
    await passed(1_500);
    // An open breaker would close on time, and a closed one open: these are the calls that would tell.
    const states = (await Promise.all(['users', 'orders', 'products'].map((name) => shop.upstream(name)))).flatMap(
      ({ methods }) => methods.filter(({ breaker }) => breaker.calls > 0).map(({ breaker }) => breaker.state),
    );
    const samples = await load.stop();

    row.all('answers whole, those on their way included', samples, isWhole);
    row.all('breakers closed', states, (state) => state === 'CLOSED');
    const slowest = Math.max(...samples.map(({ durationMs }) => durationMs));
    row.upTo('slowest answer', SLOW_MS + 500, slowest);
    row.note(
      'calls on their way at that moment',
      'some',
      `${onTheWay(samples, movedAt)}`,
      onTheWay(samples, movedAt) > 0,
    );
    expect(row.missed).toEqual([]);
  });

  // A hedge goes out meanwhile, and ends with the try that it is beside.
  it('ends a deadline neither sooner nor later', async () => {
    const row = new Row('wall clock moved during a hang');
    for (const byMs of [HOUR_MS, -HOUR_MS, 0]) {
      const moved = `moved by ${byMs / HOUR_MS} h`;
      proxy.set({ halfOpen: true });
      const load = shop.load(20, (index) => ({
        path: '/v1/home?fields=recentOrders.id,degraded',
        headers: callers[index]!,
      }));
      await passed(100);
      await shop.moveWallClock(byMs);
      const samples = await load.stop();
      proxy.heal();
      const codeOf = (sample: Sample) => bodyOf(sample)['code'] as unknown;
      const timedOut = samples.filter((sample) => sample.status === 504 && codeOf(sample) === 'UPSTREAM_TIMEOUT');
      // A connection whose ping is not answered is given up, which ends its calls before their deadline.
      row.all(`${moved}: UPSTREAM_TIMEOUT, or the connection was given up`, samples, (sample) => {
        return timedOut.includes(sample) || codeOf(sample) === 'UPSTREAM_UNAVAILABLE';
      });
      const took = samples.map(({ durationMs }) => durationMs);
      const soonest = Math.min(...timedOut.map(({ durationMs }) => durationMs));
      row.note(`${moved}: the first timeout after`, '≥ 1450 ms', `${soonest.toFixed(0)} ms`, soonest >= 1_450);
      row.upTo(`${moved}: the last after`, 1_500 + 100, Math.max(...took));
      // An open breaker closes by what is asked of it.
      const after = shop.load(PER_SECOND, home);
      await shop.breakerIs('orders', 'ListRecentOrders', (state) => state === 'CLOSED');
      await after.stop();
    }
    expect(row.missed).toEqual([]);
  });
});

/** How many had been sent, and not answered. */
const onTheWay = (samples: Sample[], at: number) =>
  samples.filter(({ sentAt, endedAt }) => sentAt < at && endedAt > at).length;
