import { p99 } from '#test/support/load';
import { missingIn, type Sample } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { html, type Html } from '#libs/html';
import { box, COLORS, picture, text } from './svg.ts';
import { curve, grid, moment, type TimePlot, xOf } from './time-plot.ts';

const [PER_SECOND, CALLERS] = [60, 30];
const [CALM_S, DEAD_S, AFTER_S] = [3, 5, 5];
const [WIDTH, LEFT, PLOT] = [860, 70, 760];
const STATES: Record<string, string> = {
  CLOSED: COLORS.green,
  OPEN: COLORS.red,
  HALF_OPEN: COLORS.orange,
  RAMPING: COLORS.violet,
};

interface Seen {
  at: number;
  state: string;
}

/** The breaker of the orders service over time, while it is killed and started again under load. */
export async function breaker(): Promise<string> {
  const shop = await RealShop.open(async () => ({ CACHE: 'off' }));
  try {
    const callers = Array.from({ length: CALLERS }, (_, n) => shop.access.of(`u${n + 3}`));
    const home = (n: number) => ({ path: '/v1/home', headers: callers[n % CALLERS]! });
    await shop.loadFor(2_000, PER_SECOND, home);
    const states: Seen[] = [];
    let isWatched = true;
    const startedAt = performance.now();
    const since = () => (performance.now() - startedAt) / 1000;
    const watched = (async () => {
      while (isWatched) {
        states.push({ at: since(), state: await stateOf(shop) });
        await passed(20);
      }
    })();
    const load = shop.load(PER_SECOND, home);
    await passed(CALM_S * 1000);
    const killedAt = since();
    await shop.processes.get('orders')!.end('SIGKILL');
    await passed(DEAD_S * 1000);
    await shop.start('orders');
    const backAt = since();
    await passed(AFTER_S * 1000);
    const samples = await load.stop();
    isWatched = false;
    await watched;
    return drawn({ seconds: since(), killedAt, backAt, states, samples, startedAt });
  } finally {
    await shop.close();
  }
}

async function stateOf(shop: RealShop): Promise<string> {
  const { methods } = await shop.upstream('orders');
  return methods.find(({ method }) => method === 'ListRecentOrders')!.breaker.state;
}

interface Run {
  seconds: number;
  killedAt: number;
  backAt: number;
  states: readonly Seen[];
  samples: readonly Sample[];
  startedAt: number;
}

function drawn(run: Run): string {
  const { seconds, killedAt, backAt, samples, startedAt } = run;
  const slices = slicesOf(samples, startedAt, seconds);
  const failed = samples.filter(({ status }) => status !== 200).length;
  const area = { left: LEFT, width: PLOT, seconds };
  const latency = { ...area, top: 176, height: 100, max: niceMax(slices.map((slice) => slice.p99Ms)) };
  const whole: TimePlot = { ...area, top: 326, height: 80, max: 1 };
  return picture('A circuit breaker while its service dies and returns', WIDTH, 446, [
    text(
      24,
      30,
      `orders is killed under ${PER_SECOND} home pages a second: ${failed} of ${samples.length} failed`,
      {
        size: 15,
        weight: 600,
      },
    ),
    text(LEFT, 84, 'Breaker of ListRecentOrders', { weight: 600 }),
    bands(run, area),
    Object.entries(STATES).map(([state, color], n) => [
      box(LEFT + 250 + n * 110, 78, 12, 12, color),
      text(LEFT + 268 + n * 110, 84, state, { size: 11, color: COLORS.quiet }),
    ]),
    grid(latency, 'p99 of the page', (value) => `${value.toFixed(0)} ms`, false),
    curve(
      latency,
      slices.map(({ at, p99Ms }) => [at, p99Ms] as const),
      COLORS.blue,
    ),
    grid(whole, 'Pages that have the orders', (value) => `${value * 100} %`),
    curve(
      whole,
      slices.map(({ at, wholeShare }) => [at, wholeShare] as const),
      COLORS.green,
    ),
    moment({ ...whole, top: 76, height: 330 }, killedAt, 'kill -9', 58),
    moment({ ...whole, top: 76, height: 330 }, backAt, 'started again', 58),
  ]);
}

/** A stretch for each state that was seen, until the next was. */
function bands({ states, seconds }: Run, area: Pick<TimePlot, 'left' | 'width' | 'seconds'>): Html {
  const changes = states.filter(({ state }, n) => state !== states[n - 1]?.state);
  const x = (at: number) => xOf({ ...area, top: 0, height: 0, max: 1 }, at);
  return html`${changes.map(({ at, state }, n) => {
    const until = changes[n + 1]?.at ?? seconds;
    const from = n === 0 ? 0 : at;
    return box(x(from), 98, x(until) - x(from), 34, STATES[state] ?? COLORS.quiet, { radius: 0, label: state });
  })}`;
}

/** What the requests of each quarter of a second saw. */
function slicesOf(samples: readonly Sample[], startedAt: number, seconds: number) {
  const WIDTH_S = 0.25;
  const slices = Map.groupBy(samples, ({ sentAt }) => Math.floor((sentAt - startedAt) / 1000 / WIDTH_S));
  return [...slices]
    .toSorted(([one], [other]) => one - other)
    .map(([n, found]) => ({
      at: Math.min(seconds, (n + 0.5) * WIDTH_S),
      p99Ms: p99(found.map(({ durationMs }) => durationMs)),
      wholeShare: found.filter((one) => one.status === 200 && missingIn(one).length === 0).length / found.length,
    }));
}

const niceMax = (values: readonly number[]): number => Math.ceil(Math.max(...values) / 20) * 20;
