import { setTimeout as wait } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { Pool } from 'undici';

const PER_SECOND = 100;

/** What came of a run. */
export interface Run {
  statuses: number[];
  /** `part REASON` of every part that was missing. */
  degraded: string[];
  p50Ms: number;
  p99Ms: number;
  slowestMs: number;
}

/** Open-loop load: a hundred requests a second, whether or not the ones before have been answered. */
export class Load {
  private readonly pool: Pool;
  private readonly path: string;

  constructor(
    url: string,
    private readonly token: string,
  ) {
    const { origin, pathname } = new URL(url);
    this.path = pathname;
    this.pool = new Pool(origin, { connections: 1_000 });
  }

  /** One request. */
  async one(): Promise<{ status: number; degraded: string[]; durationMs: number }> {
    const startedAt = performance.now();
    const headers = { authorization: `Bearer ${this.token}` };
    const { statusCode, body } = await this.pool.request({ path: this.path, method: 'GET', headers });
    const { degraded = [] } = (await body.json()) as { degraded?: { part: string; reason: string }[] };
    const durationMs = performance.now() - startedAt;
    return { status: statusCode, degraded: degraded.map(({ part, reason }) => `${part} ${reason}`), durationMs };
  }

  /** Requests for so long; resolves when all have been answered. */
  async run(forMs: number): Promise<Run> {
    const asked: ReturnType<Load['one']>[] = [];
    const end = performance.now() + forMs;
    while (performance.now() < end) {
      asked.push(this.one());
      await wait(1_000 / PER_SECOND);
    }
    const answers = await Promise.all(asked);
    const sorted = answers.map(({ durationMs }) => durationMs).sort((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
    return {
      statuses: answers.map(({ status }) => status),
      degraded: answers.flatMap(({ degraded }) => degraded),
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      slowestMs: at(1),
    };
  }
}

/** Prints a figure beside its goal, and fails where it is missed. */
export function figure(what: string, measuredMs: number, goalMs: number): void {
  process.stdout.write(`  ${what.padEnd(44)} ${measuredMs.toFixed(0).padStart(6)} ms   goal ≤ ${goalMs} ms\n`);
  expect(measuredMs).toBeLessThanOrEqual(goalMs);
}
