import { type CallRecord, Latencies, type TryRecord } from '#libs/upstream';
import { CallLog } from './call-log.ts';
import type { Recording } from './recording.ts';
import { SERVICE } from './traffic.fixture.ts';

const METHOD = 'GET /things/{id}';

/** A call of a read that succeeded at once, unless given otherwise. */
export const aCall = (given: Partial<CallRecord> = {}): CallRecord => ({
  info: {
    upstream: SERVICE,
    method: METHOD,
    isSafe: true,
    isIdempotent: true,
    scope: 'caller',
    latencies: new Latencies(),
  },
  startedAt: 0,
  durationMs: 1,
  remainingMs: 3_000,
  staleAfterMs: undefined,
  weight: 1,
  outcome: 'OK',
  timesOpened: 0,
  ...given,
});

/** Its first try. */
export const aTry = (given: Partial<TryRecord> = {}): TryRecord => ({
  upstream: SERVICE,
  method: METHOD,
  number: 1,
  isHedge: false,
  outcome: 'OK',
  durationMs: 1,
  queueMs: 0,
  breaker: 'CLOSED',
  ...given,
});

/** A recording of calls with one try each, from now on, one every 10 ms unless given otherwise. */
export function recordedCalls(
  count: number,
  of: (i: number) => { durationMs: number; outcome?: string; everyMs?: number },
): Recording {
  const log = new CallLog({ minutes: 5, maxBytes: 4_000_000 });
  const begunAt = performance.now();
  for (let i = 0; i < count; i += 1) {
    const { durationMs, outcome = 'OK', everyMs = 10 } = of(i);
    const startedAt = begunAt + i * everyMs;
    log.addTry(aTry({ durationMs, outcome }), undefined, startedAt + durationMs);
    log.addCall(aCall({ startedAt, durationMs, outcome }));
  }
  return log.recording();
}
