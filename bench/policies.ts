// npm run bench:policies: what all policies together cost a call, beside the bare call, in CPU time, in one run.
import { Context, Latencies, Upstream, upstreamSettings, withPolicies } from '#libs/upstream';

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

const median = (values: number[]) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

await microsPerCall(bare);
await microsPerCall(wrapped);
const figures = { bare: [] as number[], wrapped: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  figures.bare.push(await microsPerCall(bare));
  figures.wrapped.push(await microsPerCall(wrapped));
}
const [without, withAll] = [median(figures.bare), median(figures.wrapped)];
const cost = withAll - without;
console.log(`bare call      ${without.toFixed(1)} µs CPU`);
console.log(`all policies   ${withAll.toFixed(1)} µs CPU`);
console.log(`cost           ${cost.toFixed(1)} µs CPU, goal ≤ ${GOAL_MICROS} µs`);
process.exitCode = cost <= GOAL_MICROS ? 0 : 1;
