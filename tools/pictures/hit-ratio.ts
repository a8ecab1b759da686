import { ownRedisForTests } from '#libs/testing';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import type { Sample } from '#test/support/load';
import { COLORS, picture, text } from './svg.ts';
import { curve, grid, moment, type TimePlot } from './time-plot.ts';

const [PER_SECOND, CALLERS, PRODUCTS] = [120, 20, 30];
const [CALM_S, DEAD_S, AFTER_S] = [4, 5, 6];
const [WIDTH, LEFT, PLOT] = [860, 70, 760];

interface Point {
  at: number;
  ratio: number;
  calls: number;
}

/** The share of lookups that the caches answer, and the calls of the services, while Redis is killed and started again. */
export async function hitRatio(): Promise<string> {
  let redis = await ownRedisForTests();
  if ('skip' in redis) throw new Error(redis.skip);
  const { url } = redis;
  const shop = await RealShop.open(async () => ({ CACHE: 'on', REDIS_URL: url }));
  try {
    const callers = Array.from({ length: CALLERS }, (_, n) => shop.access.of(`u${n + 3}`));
    const next = (n: number) =>
      n % 2
        ? { path: `/v1/products/p${1 + (n % PRODUCTS)}?fields=product`, headers: callers[n % CALLERS]! }
        : { path: '/v1/home?fields=recentOrders.id,degraded', headers: callers[(n / 2) % CALLERS]! };
    await shop.loadFor(6_000, PER_SECOND, next);
    const points: Point[] = [];
    let isWatched = true;
    const startedAt = performance.now();
    const since = () => (performance.now() - startedAt) / 1000;
    const watched = (async () => {
      let before = countsIn(await shop.metrics());
      let beforeAt = since();
      while (isWatched) {
        await passed(500);
        const counts = countsIn(await shop.metrics());
        const at = since();
        const lookups = counts.lookups - before.lookups;
        points.push({
          at,
          ratio: lookups === 0 ? 1 : (counts.hits - before.hits) / lookups,
          calls: (counts.calls - before.calls) / (at - beforeAt),
        });
        [before, beforeAt] = [counts, at];
      }
    })();
    const load = shop.load(PER_SECOND, next);
    await passed(CALM_S * 1000);
    const killedAt = since();
    process.kill(redis.pid, 'SIGKILL');
    await passed(DEAD_S * 1000);
    await redis.stop();
    redis = await ownRedisForTests(Number(new URL(url).port));
    const backAt = since();
    await passed(AFTER_S * 1000);
    const samples = await load.stop();
    isWatched = false;
    await watched;
    return drawn(points, samples, killedAt, backAt);
  } finally {
    await shop.close();
    if (!('skip' in redis)) await redis.stop();
  }
}

/** Counters since the start of the gateway. */
function countsIn(metrics: string): { hits: number; lookups: number; calls: number } {
  const sum = (pattern: RegExp) =>
    [...metrics.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
  const lookups = sum(/^cache_answers_total\{[^}]*\} (\S+)$/gm);
  const misses = sum(/^cache_answers_total\{[^}]*outcome="miss"[^}]*\} (\S+)$/gm);
  const calls = sum(/^upstream_try_duration_seconds_count\{[^}]*\} (\S+)$/gm);
  return { hits: lookups - misses, lookups, calls };
}

function drawn(points: readonly Point[], samples: readonly Sample[], killedAt: number, backAt: number): string {
  const seconds = points.at(-1)!.at;
  const failed = samples.filter(({ status }) => status !== 200).length;
  const area = { left: LEFT, width: PLOT, seconds };
  const ratio: TimePlot = { ...area, top: 100, height: 120, max: 1 };
  const maxCalls = Math.ceil(Math.max(...points.map((point) => point.calls), 1) / 20) * 20;
  const calls: TimePlot = { ...area, top: 264, height: 90, max: maxCalls };
  const ofPoints = (value: (point: Point) => number) => points.map((point) => [point.at, value(point)] as const);
  return picture('The hit ratio of the caches while Redis dies', WIDTH, 394, [
    text(24, 30, `Redis is killed under ${PER_SECOND} requests a second: ${failed} of ${samples.length} failed`, {
      size: 15,
      weight: 600,
    }),
    grid(ratio, 'Lookups answered by a cache', (value) => `${value * 100} %`, false),
    curve(
      ratio,
      ofPoints((point) => point.ratio),
      COLORS.green,
    ),
    grid(calls, 'Calls of the services a second', (value) => value.toFixed(0)),
    curve(
      calls,
      ofPoints((point) => point.calls),
      COLORS.violet,
    ),
    moment({ ...calls, top: 76, height: 278 }, killedAt, 'Redis is killed', 58),
    moment({ ...calls, top: 76, height: 278 }, backAt, 'started again, empty', 58),
  ]);
}
