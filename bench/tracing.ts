// npm run bench:tracing: what traces cost the gateway, beside none, by short turns.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { build } from '#tools/launcher/build';
import { Pool } from 'undici';
import { startChild, stopChild } from './child.ts';
import { median } from './goals.ts';
import { preciseCpuMicrosOf } from './proc.ts';
import { micros, times } from './section.ts';
import { type AtriumServer, startAtrium } from './servers.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });

const PATH = '/v1/home';
/** With caches off, what one caller asks for twice at the same moment would be one call. */
const CALLERS = 500;
const CONNECTIONS = 16;
const REQUESTS = 400;
const [WARM_ROUNDS, ROUNDS] = values.quick ? [6, 9] : [12, 45];

/** What is compared, with the most it may cost beside the first. */
const MODES: [name: string, goal: number | undefined, settings: NodeJS.ProcessEnv][] = [
  ['off', undefined, {}],
  ['unsampled', 1.05, { OTEL_TRACES_SAMPLER: 'always_off' }],
  ['1 % sampled', 1.08, { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }],
  ['every request', 1.25, { OTEL_TRACES_SAMPLER: 'always_on' }],
];

/** The CPU time of a request, in microseconds, over one turn. */
async function turn(
  { pid }: AtriumServer,
  pool: Pool,
  bearers: readonly Record<string, string>[],
): Promise<number> {
  let left = REQUESTS;
  const before = preciseCpuMicrosOf(pid);
  const visitor = async () => {
    while (left > 0) {
      left -= 1;
      const { statusCode, body } = await pool.request({
        path: PATH,
        method: 'GET',
        headers: bearers[left % CALLERS],
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`was answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, visitor));
  return (preciseCpuMicrosOf(pid) - before) / REQUESTS;
}

/** The ratios' median, and the half of them that is nearest to it. */
function described(ratios: readonly number[]): { ratio: number; low: number; high: number } {
  const sorted = ratios.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!;
  return { ratio: median(ratios), low: at(0.25), high: at(0.75) };
}

await build();
const collector = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
await new Promise<void>((resolve) => void collector.listen(0, '127.0.0.1', resolve));
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
const upstreams = await startChild('bench/upstreams.ts');

const running: { server: AtriumServer; pool: Pool; bearers: Record<string, string>[]; spent: number[] }[] = [];
for (const [name, , settings] of MODES) {
  const telemetry =
    name === 'off' ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_MAX_QUEUE_SIZE: '20480', ...settings };
  const server = await startAtrium({ SHEDDING: 'off', CACHE: 'off', ...upstreams.report, ...telemetry });
  const pool = new Pool(server.url, { connections: CONNECTIONS, pipelining: 1 });
  const bearers = Array.from({ length: CALLERS }, (_, n) => server.bearer(n));
  running.push({ server, pool, bearers, spent: [] });
}
for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
  // Another one is first in each round.
  const first = (round + WARM_ROUNDS) % running.length;
  for (const { server, pool, bearers, spent } of [...running.slice(first), ...running.slice(0, first)]) {
    const cost = await turn(server, pool, bearers);
    if (round >= 0) spent.push(cost);
  }
}

process.stdout.write(
  `${PATH}, caches off, ${ROUNDS} rounds\n| traces | CPU a request | beside off | middle half of the rounds | goal |\n| --- | --- | --- | --- | --- |\n`,
);
for (const [i, [name, goal]] of MODES.entries()) {
  const { spent } = running[i]!;
  const { ratio, low, high } = described(spent.map((one, round) => one / running[0]!.spent[round]!));
  const isMeasurable = high - low <= Math.abs(ratio - 1);
  const beside = i === 0 ? '' : isMeasurable ? times(ratio) : `${times(ratio)}, not measurable`;
  const spread = i === 0 ? '' : `${times(low)} to ${times(high)}`;
  process.stdout.write(
    `| ${name} | ${micros(median(spent))} | ${beside} | ${spread} | ${goal ? times(goal) : ''} |\n`,
  );
  if (goal && ratio > goal) process.exitCode = 1;
}
for (const { server, pool } of running) {
  await pool.close();
  await server.stop();
}
await stopChild(upstreams);
collector.closeAllConnections();
collector.close();
