import { median } from './goals.ts';
import { table } from './report.ts';
import type { Section } from './section.ts';
import { Context, Latencies, Upstream, upstreamSettings, withPolicies } from '#libs/upstream';
import { readOptions } from '#tools/launcher/read-options';

const CALLS = 50_000;
const ROUNDS = 7;
const GOAL_MICROS = 15;

const bare = (_: Context, question: string): Promise<string> => Promise.resolve(question);
const info = {
  upstream: 'orders',
  method: 'ListOrders',
  isSafe: true,
  isIdempotent: true,
  scope: 'caller' as const,
  latencies: new Latencies(),
};
const wrapped = withPolicies(bare, info, new Upstream('orders', upstreamSettings.parse({})), () => {});

/** CPU time of this process for each of many calls, every one of a request of its own, in microseconds. */
async function microsPerCall(call: typeof bare): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < CALLS; i += 1) {
    const context = new Context({
      log: { requestId: 'bench' },
      caller: { id: 'u1', scopes: [] },
      timeoutMs: 3_000,
    });
    await call(context, 'question');
    context.end();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}

/** What all policies together cost a call, beside the bare call, in CPU time, in one run. */
export async function policies(): Promise<Section> {
  await microsPerCall(bare);
  await microsPerCall(wrapped);
  const figures = { bare: [] as number[], wrapped: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    figures.bare.push(await microsPerCall(bare));
    figures.wrapped.push(await microsPerCall(wrapped));
  }
  const [without, withAll] = [median(figures.bare), median(figures.wrapped)];
  const cost = withAll - without;
  return {
    title: 'What policies cost',
    head: ['a call', 'with all policies', 'they cost', 'goal'],
    rows: [[...[without, withAll, cost].map((one) => `${one.toFixed(1)} µs`), `≤ ${GOAL_MICROS} µs`]],
    missed: cost <= GOAL_MICROS ? [] : [`policies cost ${cost.toFixed(1)} µs`],
  };
}

if (import.meta.main) {
  readOptions(
    'npm run bench:policies\n\nMeasures what all policies cost a call. Exits with 1 when the goal is missed.\n',
    {},
  );
  const { title, head, rows, missed } = await policies();
  console.log(`${title}\n${table(head, rows)}`);
  process.exitCode = missed.length ? 1 : 0;
}
