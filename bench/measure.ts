import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

/** What one contender is asked, and by which process it is answered. */
export interface Target {
  pid: number;
  origin: string;
  path: string;
  /** Of the `n`th request. */
  headers: (n: number) => Record<string, string>;
}

/** What was measured. */
export interface Figures {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** User and system time of the process, per request, in microseconds; undefined where there is no /proc. */
  cpuMicros: number | undefined;
}

const CONNECTIONS = 32;
/** Linux counts CPU time in hundredths of a second. */
const MICROS_PER_TICK = 10_000;

/**
 * Asks a target as fast as it answers, over 32 kept connections, for `durationMs`.
 * @throws if any answer is not 200: a wrong answer is no measurement
 */
export async function measure({ pid, origin, path, headers }: Target, durationMs: number): Promise<Figures> {
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const latencies: number[] = [];
  let asked = 0;
  const until = performance.now() + durationMs;
  const ask = async () => {
    while (performance.now() < until) {
      const startedAt = performance.now();
      const { statusCode, body } = await pool.request({ path, method: 'GET', headers: headers(asked++) });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${path} was answered ${statusCode}`);
      latencies.push(performance.now() - startedAt);
    }
  };

  const ticksBefore = cpuTicks(pid);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  const seconds = (performance.now() - startedAt) / 1000;
  const ticks = cpuTicks(pid);
  await pool.close();

  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)]!;
  const cpuMicros =
    ticks === undefined ? undefined : ((ticks - ticksBefore!) * MICROS_PER_TICK) / latencies.length;
  return { requestsPerSecond: latencies.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99), cpuMicros };
}

function cpuTicks(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(afterName[11]) + Number(afterName[12]);
}
