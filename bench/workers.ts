// npm run bench:workers: what requests notice while images are resized, by sharp in the handler and in the pool of threads.
import { once } from 'node:events';
import { setTimeout as passed } from 'node:timers/promises';
import { Load, p99Of } from '#test/support/load';
import { readOptions } from '#tools/launcher/read-options';
import { type Child, startChild, stopChild } from './child.ts';
import type { Order } from './images-gateway.ts';
import { median } from './goals.ts';
import { machine, table } from './report.ts';
import { threadBytes } from './thread-bytes.ts';
import { threadWork } from './thread-work.ts';

const HELP = `npm run bench:workers [-- --quick] [--rounds N] [--bytes] [--work]
  --quick     40 images and one round instead of 200 and three
  --rounds N  so many rounds
  --bytes     the ways of bytes to a thread instead
  --work      for how long large JSON and hashes keep the event loop busy instead
`;
const { values } = readOptions(HELP, {
  options: {
    quick: { type: 'boolean' },
    rounds: { type: 'string' },
    bytes: { type: 'boolean' },
    work: { type: 'boolean' },
  },
});
if (values.bytes) {
  console.log(await threadBytes());
  process.exit(0);
}
if (values.work) {
  console.log(await threadWork());
  process.exit(0);
}

const [COUNT, ROUNDS] = values.quick ? [40, 1] : [200, Number(values.rounds ?? 3)];
const PER_SECOND = 100;
const CALM_MS = 5_000;
const AFTER_MS = 1_000;
const GOAL_OF_INLINE = 0.2;
const GOAL_OF_CALM = 3;
/** What other clients request meanwhile, as browsers do: an answer of upstreams, a page of the gateway's own, and a file. */
const KINDS = [
  { kind: 'a product', path: '/v1/products/p1' },
  { kind: 'a page', path: '/docs/errors' },
  { kind: 'a picture', path: '/v1/products/p1/image/large' },
];
const headers = { 'accept-encoding': 'gzip, deflate, br, zstd' };
const request = (index: number) => ({ path: KINDS[index % KINDS.length]!.path, headers });

/** The p99 of all requests and of each kind while something happens, in milliseconds, and how long that took. */
interface Measured {
  p99Ms: number;
  ofKinds: number[];
  /** The share of requests that were not answered with 200. */
  failed: number;
  workMs: number;
}

async function during(url: string, work: () => Promise<number>): Promise<Measured> {
  const load = new Load(url, PER_SECOND, request);
  await passed(AFTER_MS);
  const from = performance.now();
  const workMs = await work();
  const until = performance.now();
  const samples = (await load.stop()).filter(({ sentAt }) => sentAt >= from && sentAt < until);
  const failed = samples.filter(({ status }) => status !== 200).length / samples.length;
  const ofKinds = KINDS.map(({ path }) => p99Of(samples.filter((sample) => sample.request.path === path)));
  return { p99Ms: p99Of(samples), ofKinds, failed, workMs };
}

async function resized({ process: child }: Child, where: Order['where']): Promise<number> {
  child.send({ count: COUNT, where } satisfies Order);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the gateway ended with ${code}`)));
  const [{ durationMs }] = (await Promise.race([once(child, 'message'), ended])) as [{ durationMs: number }];
  ended.catch(() => undefined);
  return durationMs;
}

const upstreams = await startChild('bench/upstreams.ts');
const gateway = await startChild('bench/images-gateway.ts', upstreams.report);
const { url, threads, cores, bytes } = gateway.report;
await during(url!, async () => passed(2_000, 0));

const rounds: Record<'calm' | 'inline' | 'pool', Measured[]> = { calm: [], inline: [], pool: [] };
const calmly = async () => void rounds.calm.push(await during(url!, async () => passed(CALM_MS, CALM_MS)));
// Inline is measured once: it is so much slower.
await calmly();
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.pool.push(await during(url!, () => resized(gateway, 'pool')));
  await calmly();
}
rounds.inline.push(await during(url!, () => resized(gateway, 'inline')));
await stopChild(gateway);
await stopChild(upstreams);

const figure = (key: keyof typeof rounds) => median(rounds[key].map(({ p99Ms }) => p99Ms));
const row = (name: string, key: keyof typeof rounds) => [
  name,
  `${figure(key).toFixed(1)} ms`,
  rounds[key].map(({ p99Ms }) => p99Ms.toFixed(1)).join(', '),
  `${(median(rounds[key].map(({ failed }) => failed)) * 100).toFixed(1)} %`,
  ...KINDS.map((_, place) => `${median(rounds[key].map(({ ofKinds }) => ofKinds[place]!)).toFixed(1)} ms`),
  key === 'calm' ? '–' : `${(COUNT / (median(rounds[key].map(({ workMs }) => workMs)) / 1_000)).toFixed(1)}/s`,
];
const { cpu, node } = machine();
console.log(`${COUNT} images of ${bytes} bytes, 12 million pixels, into three sizes; ${PER_SECOND} requests/s beside them.
Pool of ${threads} on ${cores} cores (${cpu}), Node ${node}; medians of ${ROUNDS} rounds.\n`);
console.log(
  table(
    ['', 'p99 of requests', 'each round', 'not 200', ...KINDS.map(({ kind }) => `of ${kind}`), 'images'],
    [row('calm', 'calm'), row('sharp in the handler', 'inline'), row('pool of threads', 'pool')],
  ),
);
// Each round beside the calm before and after it: a machine is not equally busy all the time.
const ofCalm = rounds.pool.map(
  ({ p99Ms }, round) => p99Ms / ((rounds.calm[round]!.p99Ms + rounds.calm[round + 1]!.p99Ms) / 2),
);
const goals: [string, number, number][] = [
  ['of the inline version', figure('pool') / figure('inline'), GOAL_OF_INLINE],
  [`of calm (${ofCalm.map((ratio) => ratio.toFixed(2)).join(', ')})`, median(ofCalm), GOAL_OF_CALM],
];
for (const [what, ratio, goal] of goals) {
  console.log(`${ratio.toFixed(2)} × ${what}, goal ≤ ${goal} ×: ${ratio <= goal ? 'met' : 'missed'}`);
}
process.exitCode = goals.every(([, ratio, goal]) => ratio <= goal) ? 0 : 1;
