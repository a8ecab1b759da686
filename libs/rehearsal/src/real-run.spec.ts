import { describe, expect, it } from '@jest/globals';
import { type Counts, quantileOf } from './figures.ts';
import { pastOf } from './past.ts';
import { plain, rehearsed } from './rehearsed.fixture.ts';
import { type Pattern, recorded, type Settings, type Traffic } from './traffic.fixture.ts';

/** Where this process stood still for longer, in milliseconds, what was measured is the machine. */
const STALL_MS = 40;
const MAX_RUNS = 2;

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

/** The same traffic with two policies at once; undefined where the machine was busy with something else. */
async function bothRuns(traffic: Traffic, { before, after }: Scenario) {
  const both = await Promise.all([recorded(before, traffic), recorded(after, traffic)]);
  const stallMs = Math.max(...both.map((one) => one.stallMs));
  if (stallMs <= STALL_MS) return both;
  process.stdout.write(`busy   stood still for ${Math.round(stallMs)} ms\n`);
  return undefined;
}

/** How a rehearsal differs from a real run by more than it may; undefined where nothing was measured but the machine. */
async function differencesOf(name: string, scenario: Scenario): Promise<string[] | undefined> {
  const { pattern, after, about } = scenario;
  const runs = await bothRuns({ perSecond: 200, durationMs: 8_000, pattern }, scenario);
  if (!runs) return undefined;
  const [measured, other] = runs;
  const real = pastOf(other.recording)[0]!;
  const { was, would } = await rehearsed(measured.recording, after);
  const all = [was, would, real];
  const differences: string[] = [];
  const compare = (what: string, share: number, figures: readonly number[]) => {
    print(name, what, figures);
    if (!(Math.abs(figures[1]! / figures[2]! - 1) <= share)) differences.push(`${what}: ${figures.join(', ')}`);
  };
  for (const count of about) {
    if (real.counts[count] < 20) differences.push(`${count}: too few, ${real.counts[count]}`);
    compare(
      count,
      0.2,
      all.map(({ counts }) => counts[count]),
    );
  }
  const p99 = all.map((figures) => Math.round(quantileOf(figures, 0.99)!));
  compare('p99 in ms', 0.25, p99);
  return differences;
}

describe('a rehearsal', () => {
  // A machine that is late without standing still moves the p99 of one run; a rehearsal that is wrong is so in each.
  it.each(Object.entries(scenarios))(
    'of a %s service has the counts of a real run within 20 %, and its p99 within 25 %',
    async (name, scenario) => {
      let differences: string[] | undefined;
      for (let run = 0; run < MAX_RUNS; run += 1) {
        differences = (await differencesOf(name, scenario)) ?? differences;
        if (differences?.length === 0) break;
      }
      expect(differences ?? []).toEqual([]);
    },
    180_000,
  );
});

const print = (name: string, what: string, [was, would, real]: readonly number[]): boolean =>
  process.stdout.write(`${name} ${what}: was ${was}, would ${would}, really ${real}\n`);
