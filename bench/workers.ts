// npm run bench:workers: what requests notice while images are resized, by sharp in the handler and in the pool of threads.
import { once } from 'node:events';
import { setTimeout as passed } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Load, p99Of } from '#test/support/load';
import { type Child, startChild, stopChild } from './child.ts';
import type { Order } from './images-gateway.ts';
import { median } from './goals.ts';
import { machine, table } from './report.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  console.log('npm run bench:workers [-- --quick]\n  --quick  40 images and one round instead of 200 and three');
  process.exit(0);
}

const [COUNT, ROUNDS] = values.quick ? [40, 1] : [200, 3];
const PER_SECOND = 100;
const CALM_MS = 5_000;
const AFTER_MS = 1_000;
const GOAL_OF_INLINE = 0.2;
const GOAL_OF_CALM = 3;
const request = () => ({ path: '/v1/products/p1', headers: {} });

/** The p99 of requests while something happens, in milliseconds, and how long that took. */
async function during(url: string, work: () => Promise<number>): Promise<{ p99Ms: number; workMs: number }> {
  const load = new Load(url, PER_SECOND, request);
  await passed(AFTER_MS);
  const from = performance.now();
  const workMs = await work();
  const until = performance.now();
  const samples = (await load.stop()).filter(({ sentAt }) => sentAt >= from && sentAt < until);
  const failed = samples.filter(({ status }) => status !== 200).length;
  if (failed) throw new Error(`${failed} of ${samples.length} requests failed`);
  return { p99Ms: p99Of(samples), workMs };
}

async function resized({ process: child }: Child, where: Order['where']): Promise<number> {
  child.send({ count: COUNT, where } satisfies Order);
  const [{ durationMs }] = (await once(child, 'message')) as [{ durationMs: number }];
  return durationMs;
}

const upstreams = await startChild('bench/upstreams.ts');
const gateway = await startChild('bench/images-gateway.ts', upstreams.report);
const { url, threads, cores, bytes } = gateway.report;
await during(url!, async () => passed(2_000, 0));

const rounds = { calm: [] as number[], inline: [] as number[], pool: [] as number[] };
const work = { inline: [] as number[], pool: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.calm.push((await during(url!, async () => passed(CALM_MS, 0))).p99Ms);
  for (const where of ['inline', 'pool'] as const) {
    const { p99Ms, workMs } = await during(url!, () => resized(gateway, where));
    rounds[where].push(p99Ms);
    work[where].push(workMs);
  }
}
await stopChild(gateway);
await stopChild(upstreams);

const [calm, inline, pool] = [median(rounds.calm), median(rounds.inline), median(rounds.pool)];
const perSecond = (ms: number[]) => `${(COUNT / (median(ms) / 1_000)).toFixed(1)} images/s`;
const { cpu, node } = machine();
console.log(`${COUNT} images of ${bytes} bytes, 12 million pixels, into three sizes; ${PER_SECOND} requests/s beside them.
Pool of ${threads} on ${cores} cores (${cpu}), Node ${node}; medians of ${ROUNDS} rounds.\n`);
console.log(
  table(
    ['', 'p99 of requests', 'each round', 'images'],
    [
      ['calm', `${calm.toFixed(1)} ms`, list(rounds.calm), '–'],
      ['sharp in the handler', `${inline.toFixed(1)} ms`, list(rounds.inline), perSecond(work.inline)],
      ['pool of threads', `${pool.toFixed(1)} ms`, list(rounds.pool), perSecond(work.pool)],
    ],
  ),
);
const goals: [string, number, number][] = [
  ['of the inline version', pool / inline, GOAL_OF_INLINE],
  ['of calm', pool / calm, GOAL_OF_CALM],
];
for (const [what, ratio, goal] of goals) {
  console.log(`${ratio.toFixed(2)} × ${what}, goal ≤ ${goal} ×: ${ratio <= goal ? 'met' : 'missed'}`);
}
process.exitCode = goals.every(([, ratio, goal]) => ratio <= goal) ? 0 : 1;

function list(figures: number[]): string {
  return figures.map((figure) => figure.toFixed(1)).join(', ');
}
