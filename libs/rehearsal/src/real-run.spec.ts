import { describe, expect, it } from '@jest/globals';
import { type Counts, quantileOf } from './figures.ts';
import { pastOf } from './past.ts';
import { plain, rehearsed } from './rehearsed.fixture.ts';
import { type Pattern, recorded, type Settings, type Traffic } from './traffic.fixture.ts';

/** Where this process stood still for longer, in milliseconds, what was measured is the machine. */
const STALL_MS = 40;
const MAX_RUNS = 4;

/** A latency around a median, with the long tail of services. */
const around = (random: () => number, medianMs: number, sigma: number) =>
  medianMs * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

interface Scenario {
  pattern: Pattern;
  /** The policies in force, and those that are rehearsed. */
  before: Settings;
  after: Settings;
  /** The counts that the rehearsal is about. */
  about: (keyof Counts)[];
}

const scenarios: Record<string, Scenario> = {
  slow: {
    pattern: (_, random) => {
      const afterMs = around(random, 20, 0.4);
      return { afterMs: random() < 0.12 ? afterMs + 100 + 500 * random() : afterMs, status: 200 };
    },
    before: plain,
    after: { ...plain, timeoutMs: 250, hedge: { mode: 'on' }, budget: { ratio: 0.05, perSecond: 5 } },
    about: ['hedges', 'timedOut', 'failed'],
  },
  failing: {
    pattern: (_, random) => ({ afterMs: around(random, 15, 0.5), status: random() < 0.4 ? 503 : 200 }),
    before: plain,
    after: { ...plain, retry: { maxTries: 2 }, budget: { ratio: 1, perSecond: 100 } },
    about: ['retries', 'failed'],
  },
  flapping: {
    pattern: (sinceMs, random) => ({
      afterMs: around(random, 15, 0.5),
      status: sinceMs % 2_000 < 1_000 ? 200 : 503,
    }),
    before: { ...plain, retry: { maxTries: 2 } },
    after: { ...plain, retry: { maxTries: 2 }, breaker: { openMs: 100 } },
    about: ['refused', 'opened', 'failed', 'retries'],
  },
};

/**
 * The same traffic with two policies at once, measured once more where the machine was busy with something else.
 * @returns undefined where it always was: nothing was measured then but the machine
 */
async function bothRuns(traffic: Traffic, { before, after }: Scenario) {
  for (let run = 1; run <= MAX_RUNS; run += 1) {
    const both = await Promise.all([recorded(before, traffic), recorded(after, traffic)]);
    const stallMs = Math.max(...both.map((one) => one.stallMs));
    if (stallMs <= STALL_MS) return both;
    process.stdout.write(`busy   stood still for ${Math.round(stallMs)} ms: run ${run} of ${MAX_RUNS}\n`);
  }
  return undefined;
}

describe('a rehearsal', () => {
  it.each(Object.entries(scenarios))(
    'of a %s service has the counts of a real run within 20 %, and its p99 within 25 %',
    async (name, scenario) => {
      const { pattern, after, about } = scenario;
      const runs = await bothRuns({ perSecond: 200, durationMs: 8_000, pattern }, scenario);
      if (!runs) return;
      const [measured, other] = runs;
      const real = pastOf(other.recording)[0]!;
      const { was, would } = await rehearsed(measured.recording, after);
      const all = [was, would, real];
      const p99 = all.map((figures) => quantileOf(figures, 0.99)!);
      for (const count of about)
        print(
          name,
          count,
          all.map(({ counts }) => counts[count]),
        );
      print(name, 'p99 in ms', p99.map(Math.round));
      for (const count of about) {
        expect([count, real.counts[count] >= 20]).toEqual([count, true]);
        const error = Math.abs(would.counts[count] / real.counts[count] - 1);
        expect([count, error, error <= 0.2]).toEqual([count, error, true]);
      }
      expect(Math.abs(p99[1]! / p99[2]! - 1)).toBeLessThanOrEqual(0.25);
    },
    180_000,
  );
});

const print = (name: string, what: string, [was, would, real]: readonly number[]): boolean =>
  process.stdout.write(`${name} ${what}: was ${was}, would ${would}, really ${real}\n`);
