import type { Figures } from './measure.ts';

/** What one contender did in each round. */
export type Rounds = ReadonlyMap<string, readonly Figures[]>;

/** How much CPU time one contender may take for a request, as a multiple of what another takes. */
export interface Goal {
  what: string;
  /** The keys of contenders. */
  of: string;
  to: string;
  max: number;
}

/** A goal, and what came of it: the median of the rounds. */
export interface Outcome extends Goal {
  ratio: number;
  isMet: boolean;
}

/** The goals of speed, one line each. */
export const goals: readonly Goal[] = [
  { what: 'GraphQL trusted, caches off : Mercurius', of: 'trusted.off', to: 'mercurius', max: 0.65 },
  { what: 'GraphQL trusted, caches off : Hive Gateway', of: 'trusted.off', to: 'hive', max: 0.14 },
  { what: 'GraphQL open, caches off : Mercurius', of: 'open.off', to: 'mercurius', max: 1.3 },
  { what: 'REST, caches off : bare node:http', of: 'rest.off', to: 'bare', max: 1.3 },
  { what: 'REST, each caller new : caches off', of: 'rest.new', to: 'rest.off', max: 1.25 },
  { what: 'REST, warm : constant', of: 'rest.warm', to: 'constant', max: 4 },
  { what: 'GraphQL trusted, warm : constant', of: 'trusted.warm', to: 'constant', max: 5 },
  // Beside a program of as much code: how dear that is beside a constant depends on the machine.
  { what: 'REST, warm : Mercurius', of: 'rest.warm', to: 'mercurius', max: 0.25 },
  { what: 'GraphQL trusted, warm : Mercurius', of: 'trusted.warm', to: 'mercurius', max: 0.4 },
];

/** What came of the goals whose contenders were measured. */
export function outcomesOf(rounds: Rounds): Outcome[] {
  return goals.flatMap((goal) => {
    const [its, others] = [rounds.get(goal.of), rounds.get(goal.to)];
    if (!its?.length || !others?.length) return [];
    // Round by round: what the machine does meanwhile, it does to both.
    const ratio = median(its.map(({ cpuMicros }, round) => cpuMicros / others[round]!.cpuMicros));
    return [{ ...goal, ratio, isMet: ratio <= goal.max }];
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}

/** More than this beyond a ratio that was measured before is a loss: as much lies between two machines, and two starts on one. */
const NOISE = 1.6;

/**
 * What has become slower, beside the ratios of an earlier run. A contender costs what its cheapest round does: what else the machine
 * does makes rounds dearer, never cheaper.
 */
export function lossesOf(rounds: Rounds, before: readonly Pick<Outcome, 'what' | 'ratio'>[]): string[] {
  return goals.flatMap(({ what, of, to }) => {
    const then = before.find((one) => one.what === what)?.ratio;
    const ratio = leastOf(rounds.get(of)) / leastOf(rounds.get(to));
    if (then === undefined || !(ratio > then * NOISE)) return [];
    return [`${what}: ${ratio.toFixed(2)} ×, and it was ${then.toFixed(2)} ×`];
  });
}

const leastOf = (rounds: readonly Figures[] = []): number => Math.min(...rounds.map(({ cpuMicros }) => cpuMicros));
