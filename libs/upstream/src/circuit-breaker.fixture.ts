import { CircuitBreaker, type Outcome } from './circuit-breaker.ts';
import { upstreamSettings } from './settings.ts';

export const { breaker: settings } = upstreamSettings.parse({});

/** Lets a call through if it may go, and tells what came of it. @returns whether it went */
export function call(breaker: CircuitBreaker, outcome: Outcome, durationMs = 5): boolean {
  const epoch = breaker.enter();
  if (epoch !== undefined) breaker.done(outcome, durationMs, epoch);
  return epoch !== undefined;
}

/** Does it so often. @returns how often it was done */
export const times = (count: number, act: () => boolean): number =>
  Array.from({ length: count }, act).filter(Boolean).length;

/** A breaker that has just opened. */
export function opened(): CircuitBreaker {
  const breaker = new CircuitBreaker(settings);
  times(10, () => call(breaker, 'failure'));
  return breaker;
}
