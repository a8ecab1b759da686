import { setTimeout as passed } from 'node:timers/promises';
import { Load, p99 } from '#test/support/load';
import { median } from './goals.ts';
import type { Target } from './measure.ts';
import { ms, type Section } from './section.ts';
import type { AtriumServer } from './servers.ts';

const MEASURED_MS = 60_000;
const MAX_STOP_MS = 20;

/** Somebody to ask in an open loop, at half of what it can do. */
export interface AtHalf {
  name: string;
  target: Target;
  peak: number;
  /** Where it says how long it stood still. */
  server?: AtriumServer;
}

/** How long answers take at half of the peak, where requests come evenly and do not wait for each other. */
export async function tail(those: readonly AtHalf[]): Promise<Section> {
  const rows: string[][] = [];
  const missed: string[] = [];
  for (const { name, target, peak, server } of those) {
    const rate = Math.floor(peak / 2);
    const next = (n: number) => ({ path: String(target.path), headers: target.headers!(n) });
    const load = new Load(target.url, rate, next);
    await passed(MEASURED_MS);
    const durations = (await load.stop()).map(({ durationMs }) => durationMs);
    const stopMs = server && (await maxStopMs(server));
    if (stopMs !== undefined && stopMs > MAX_STOP_MS) missed.push(`${name} stood still for ${ms(stopMs)}`);
    rows.push([
      name,
      `${rate}/s`,
      ms(median(durations)),
      ms(p99(durations)),
      stopMs === undefined ? '' : ms(stopMs),
    ]);
  }
  return {
    title: 'At half of the peak, for a minute',
    head: ['', 'requests', 'p50', 'p99', `longest stop (goal ${MAX_STOP_MS} ms)`],
    rows,
    missed,
  };
}

/** How long the event loop stood still at most in the last minute, which is how long this measures. */
async function maxStopMs({ adminUrl }: AtriumServer): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(/^nodejs_eventloop_delay_max_seconds (\S+)/m.exec(text)![1]) * 1000;
}
