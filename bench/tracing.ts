// npm run bench:tracing: what recordings and traces cost the gateway, beside none, by short turns.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from '#tools/launcher/build';
import { readOptions } from '#tools/launcher/read-options';
import { Pool } from 'undici';
import { startChild, stopChild } from './child.ts';
import { median } from './goals.ts';
import { preciseCpuMicrosOf } from './proc.ts';
import { micros, times } from './section.ts';
import { type AtriumServer, startAtrium } from './servers.ts';

const HELP = `npm run bench:tracing [-- --quick] [--warm]

Measures what recordings and traces of requests cost the gateway. Exits with 1 when a goal is missed.

  --quick  9 rounds instead of 45
  --warm   with caches on
`;
const { values } = readOptions(HELP, { options: { quick: { type: 'boolean' }, warm: { type: 'boolean' } } });

const PATH = '/v1/home';
/** With caches off, what one caller asks for twice at the same moment would be one call. */
const CALLERS = 500;
const CONNECTIONS = 16;
const [WARM_ROUNDS, ROUNDS] = values.quick ? [6, 9] : [12, 45];

/** A way to run the gateway, with the most that it may cost beside the first. */
type Mode = [name: string, goal: number | undefined, settings: NodeJS.ProcessEnv];

const NOTHING: Mode = ['nothing is recorded', undefined, { RECENT_REQUESTS_BYTES: '0' }];
const RECENT: Mode = ['recent requests are kept (default)', undefined, {}];

/** What is compared with caches off. */
const TRACED = (OTEL_EXPORTER_OTLP_ENDPOINT: string): Mode[] => {
  const exported = { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_BSP_MAX_QUEUE_SIZE: '20480' };
  return [
    NOTHING,
    RECENT,
    ['unsampled', 1.05, { ...exported, OTEL_TRACES_SAMPLER: 'always_off' }],
    ['1 % sampled', 1.08, { ...exported, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }],
    ['every request', 1.25, { ...exported, OTEL_TRACES_SAMPLER: 'always_on' }],
  ];
};

/** The CPU time of a request, in microseconds, over one turn. */
async function turn(
  { pid }: AtriumServer,
  pool: Pool,
  bearers: readonly Record<string, string>[],
  requests: number,
): Promise<number> {
  let left = requests;
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
  return (preciseCpuMicrosOf(pid) - before) / requests;
}

/** The ratios' median, and the half of them that is nearest to it. */
function described(ratios: readonly number[]): { ratio: number; low: number; high: number } {
  const sorted = ratios.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!;
  return { ratio: median(ratios), low: at(0.25), high: at(0.75) };
}

/** Compares modes, each in a process of its own, and prints a table. */
async function compare(
  title: string,
  modes: readonly Mode[],
  requests: number,
  common: NodeJS.ProcessEnv,
): Promise<void> {
  const running: { server: AtriumServer; pool: Pool; bearers: Record<string, string>[]; spent: number[] }[] = [];
  for (const [, , settings] of modes) {
    const server = await startAtrium({ SHEDDING: 'off', ...common, ...settings });
    const pool = new Pool(server.url, { connections: CONNECTIONS, pipelining: 1 });
    const bearers = Array.from({ length: CALLERS }, (_, n) => server.bearer(n));
    running.push({ server, pool, bearers, spent: [] });
  }
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    // Another one is first in each round.
    const first = (round + WARM_ROUNDS) % running.length;
    for (const { server, pool, bearers, spent } of [...running.slice(first), ...running.slice(0, first)]) {
      const cost = await turn(server, pool, bearers, requests);
      if (round >= 0) spent.push(cost);
    }
  }
  process.stdout.write(
    `${PATH}, ${title}, ${ROUNDS} rounds\n| traces | CPU a request | beside nothing | middle half of the rounds | goal |\n| --- | --- | --- | --- | --- |\n`,
  );
  for (const [i, [name, goal]] of modes.entries()) {
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
}

await build();
const collector = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
await new Promise<void>((resolve) => void collector.listen(0, '127.0.0.1', resolve));
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
const upstreams = await startChild('bench/upstreams.ts');
await compare('warm caches', [NOTHING, RECENT], 3_000, upstreams.report);
if (!values.warm) await compare('caches off', TRACED(endpoint), 400, { CACHE: 'off', ...upstreams.report });
await stopChild(upstreams);
collector.closeAllConnections();
collector.close();
