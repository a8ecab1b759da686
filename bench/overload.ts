// npm run bench:overload: one handler at one to four times what it can do, in an open loop, with and without shedding.
import { CONNECTIONS, Load, p99, poolFor, type Sample } from '#test/support/load';
import { readOptions } from '#tools/launcher/read-options';
import type { Pool } from 'undici';
import { type Child, startChild, stopChild } from './child.ts';
import { median } from './goals.ts';
import { measure } from './measure.ts';

const HELP = `npm run bench:overload [-- --quick]

Offers one handler one to four times what it can do, with and without shedding.

  --quick  two seconds a step instead of six
`;
const { values } = readOptions(HELP, { options: { quick: { type: 'boolean' } } });

const STEP_MS = values.quick ? 2_000 : 6_000;
const CALM_SHARE = 0.5;
const MAX_CALM_MS = 8_000;
/** Who has waited longer has gone. */
const GOOD_MS = 1_000;
/** A window of so long is calm when its p99 is below this. */
const WINDOW_MS = 250;
const CALM_P99_MS = 100;

const VARIANTS = [
  ['none', 'no shedding'],
  ['under-pressure', '@fastify/under-pressure'],
  ['atrium', 'Atrium'],
] as const;

const passed = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms));
const next = () => ({ path: '/', headers: {} });
const isGood = ({ status, durationMs }: Sample) => status === 200 && durationMs <= GOOD_MS;
const times = (samples: Sample[]) => samples.map(({ durationMs }) => durationMs);

console.log(
  '| | offered | goodput | of peak | p99 of the accepted | refused | to refuse: p50, p99 | calm after |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
let peak: number | undefined;
for (const [variant, name] of VARIANTS) {
  const child = await startChild('bench/overload-handler.ts', { VARIANT: variant });
  const url = child.report['url']!;
  // What the handler can do by itself is the peak for all.
  peak ??= await peakOf(child);
  const pool = await connected(url);
  for (const factor of [1, 2, 3, 4]) console.log(await row(name, pool, peak, factor));
  await pool.destroy();
  await stopChild(child);
}

/** Connections that are open: a busy server takes new ones slowly, and that is not what is measured. */
async function connected(url: string): Promise<Pool> {
  const pool = poolFor(url);
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () =>
        (await pool.request({ path: '/', method: 'GET' })).body.dump(),
      ),
    );
    await passed(500);
  }
  return pool;
}

async function peakOf({ process: { pid }, report }: Child): Promise<number> {
  const target = { pid: pid!, url: report['url']!, path: '/' };
  await measure(target, 1_500);
  return (await measure(target, 3_000)).requestsPerSecond;
}

async function row(name: string, pool: Pool, peak: number, factor: number): Promise<string> {
  const load = new Load('', peak * factor, next, pool);
  const since = performance.now();
  await passed(STEP_MS);
  const until = performance.now();
  const calmMs = await calmAfter(load, pool, peak);
  const samples = load.between(since + STEP_MS / 4, until);
  const accepted = samples.filter(({ status }) => status === 200);
  const refused = samples.filter(({ status }) => status === 503);
  const goodput = (samples.filter(isGood).length / (STEP_MS * 0.75)) * 1000;
  return `| ${[
    `${name}, ${factor} ×`,
    `${(peak * factor).toFixed(0)}/s`,
    `${goodput.toFixed(0)}/s`,
    `${((goodput / peak) * 100).toFixed(0)} %`,
    `${p99(times(accepted)).toFixed(0)} ms`,
    `${((refused.length / samples.length) * 100).toFixed(0)} %`,
    refused.length ? `${median(times(refused)).toFixed(1)}, ${p99(times(refused)).toFixed(1)} ms` : '–',
    calmMs === undefined ? `not in ${MAX_CALM_MS / 1000} s` : `${(calmMs / 1000).toFixed(1)} s`,
  ].join(' | ')} |`;
}

/** How long after the load it takes until an ordinary one is served as ever. */
async function calmAfter(overload: Load, pool: Pool, peak: number): Promise<number | undefined> {
  const ended = overload.stop();
  const since = performance.now();
  const ordinary = new Load('', peak * CALM_SHARE, next, pool);
  let calmMs: number | undefined;
  while (calmMs === undefined && performance.now() - since < MAX_CALM_MS) {
    const from = performance.now();
    await passed(WINDOW_MS);
    // Those that are still under way were not answered in time.
    await passed(CALM_P99_MS);
    const window = ordinary.between(from, from + WINDOW_MS);
    const expected = (peak * CALM_SHARE * WINDOW_MS) / 1000;
    const isServed = window.filter(({ status }) => status === 200).length >= expected * 0.9;
    if (isServed && p99(times(window)) <= CALM_P99_MS) calmMs = from - since;
  }
  await ordinary.stop();
  await ended;
  return calmMs;
}
