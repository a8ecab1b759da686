import { setTimeout as passed } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { cpuMicrosOf } from './proc.ts';

/** What one contender is asked, and by which process it is answered. */
export interface Target {
  pid: number;
  /** All processes that have a part in it, where it is not that one alone. */
  pids?: readonly number[];
  url: string;
  path: string | (() => string);
  method?: Dispatcher.HttpMethod;
  /** Of the `n`th request. */
  headers?: (n: number) => Record<string, string>;
  body?: string;
}

/** What was measured. */
export interface Figures {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** User and system time of the process, per request, in microseconds. */
  cpuMicros: number;
  /** The length of an answer. */
  bytes: number;
  /** Requests that were not answered 200: on a busy machine a gateway may shed a few. They are in `cpuMicros` alone. */
  failed: number;
}

const CONNECTIONS = 32;
/** What a busy machine may spoil. */
const MAX_FAILED = 0.5;
/** How long a target may refuse its first request, and the pause between two, in milliseconds. */
const [REFUSING_MS, RETRY_MS] = [1_000, 50];

/**
 * Asks a target as fast as it answers, over 32 kept connections, for `durationMs`.
 * @throws if what it answers is wrong, or more than half of the answers are not 200: that is no measurement
 */
export async function measure(target: Target, durationMs: number): Promise<Figures> {
  const { pid, pids = [pid], url, path, method = 'GET', headers = () => ({}), body } = target;
  const nextPath = typeof path === 'string' ? () => path : path;
  const cpuMicrosOfAll = () => pids.reduce((sum, one) => sum + cpuMicrosOf(one), 0);
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const latencies: number[] = [];
  const failures: number[] = [];
  const bytes = await checked(pool, target);
  let requested = 0;
  const until = performance.now() + durationMs;
  const send = async () => {
    while (performance.now() < until) {
      const startedAt = performance.now();
      const status = await statusOf(pool, { path: nextPath(), method, headers: headers(requested++), body });
      if (status === 200) latencies.push(performance.now() - startedAt);
      else failures.push(status);
    }
  };

  const cpuBefore = cpuMicrosOfAll();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuMicros = (cpuMicrosOfAll() - cpuBefore) / requested;
  await pool.close();

  if (failures.length > requested * MAX_FAILED)
    throw new Error(
      `${nextPath()} was answered ${failures[0]}, and ${failures.length} of ${requested} times not 200`,
    );
  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)]!;
  return {
    requestsPerSecond: latencies.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMicros,
    bytes,
    failed: failures.length,
  };
}

/** The status of an answer; 0 where there was none. */
async function statusOf(pool: Pool, request: Dispatcher.RequestOptions): Promise<number> {
  try {
    const answer = await pool.request(request);
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return 0;
  }
}

/** The length of an answer that is right. A busy machine may refuse some requests (503) before. */
async function checked(pool: Pool, target: Target): Promise<number> {
  const until = performance.now() + REFUSING_MS;
  const { method = 'GET', headers = () => ({}), body } = target;
  const path = typeof target.path === 'string' ? target.path : target.path();
  const send = () => pool.request({ path, method, headers: headers(0), body });
  let answer = await send();
  let text = await answer.body.text();
  while (answer.statusCode === 503 && performance.now() < until) {
    await passed(RETRY_MS);
    answer = await send();
    text = await answer.body.text();
  }
  if (answer.statusCode !== 200 || text.startsWith('{"errors"') || text.includes('"reason":')) {
    throw new Error(`${path} was answered ${answer.statusCode}: ${text.slice(0, 300)}`);
  }
  return Buffer.byteLength(text);
}
