import { type ErrorCode, catalogue } from '#libs/errors';
import { addLatency, type Counts, type Figures, noFigures } from './figures.ts';
import { type Recording, TryFlag } from './recording.ts';
import { has } from './responses.ts';

/** Counts a try. */
export function countTry(counts: Counts, outcome: string, flags: number): void {
  if (has(flags, TryFlag.isHedge)) counts.hedges += 1;
  else if (has(flags, TryFlag.isRetry)) counts.retries += 1;
  if (has(flags, TryFlag.isShed)) counts.shed += 1;
  if (outcome === 'CIRCUIT_OPEN') counts.refused += 1;
  if (outcome === 'UPSTREAM_TIMEOUT') counts.timedOut += 1;
}

/** Whether a call failed, by the status of its code. A refusal of the request is an answer, and so are codes of features. */
export const isFailure = (outcome: string): boolean =>
  Object.hasOwn(catalogue, outcome) && catalogue[outcome as ErrorCode].status >= 500;

/** What was, by method. */
export function pastOf({ methods, outcomes, calls, tries }: Recording): Figures[] {
  const all = methods.map(noFigures);
  for (const row of tries.method.keys()) {
    countTry(all[tries.method[row]!]!.counts, outcomes[tries.outcome[row]!]!, tries.flags[row]!);
  }
  for (const row of calls.method.keys()) {
    const figures = all[calls.method[row]!]!;
    const hasFailed = isFailure(outcomes[calls.outcome[row]!]!);
    const durationMs = calls.durationMs[row]!;
    // Without a stale answer it is NaN, and exceeded by nothing.
    const staleAfterMs = calls.staleAfterMs[row]!;
    const isLate = durationMs > staleAfterMs;
    figures.counts.calls += 1;
    figures.counts.opened += calls.opened[row]!;
    if (hasFailed) figures.counts.failed += 1;
    if (isLate || (hasFailed && !Number.isNaN(staleAfterMs))) figures.counts.servedStale += 1;
    addLatency(figures, isLate ? staleAfterMs : durationMs);
  }
  return all;
}
