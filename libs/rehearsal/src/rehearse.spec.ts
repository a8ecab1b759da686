import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { CallLog } from './call-log.ts';
import { quantileOf } from './figures.ts';
import { aCall, aTry, recordedCalls } from './recorded-calls.fixture.ts';
import type { Recording } from './recording.ts';
import { plain, rehearsed } from './rehearsed.fixture.ts';

describe('a rehearsal', () => {
  it('has the same figures each time', async () => {
    const recording = recordedCalls(500, (i) => ({ durationMs: i % 10 ? 20 : 300 }));
    const first = await rehearsed(structuredClone(recording), {});
    expect(await rehearsed(recording, {})).toEqual(first);
  });

  it('sheds what exceeds a smaller bulkhead', async () => {
    const { was, would } = await rehearsed(
      recordedCalls(100, () => ({ durationMs: 1_000, everyMs: 1 })),
      { ...plain, bulkhead: { maxInFlight: 10, maxQueued: 5 } },
    );
    expect([was.counts.shed, would.counts.shed, would.counts.failed]).toEqual([0, 85, 85]);
  });

  it('serves the stale answers that were at hand, at once after a failure', async () => {
    const log = new CallLog({ minutes: 5, maxBytes: 1_000_000 });
    const begunAt = performance.now();
    const timedOut = new GatewayError('UPSTREAM_TIMEOUT', { transient: {} });
    for (let i = 0; i < 10; i += 1) {
      const startedAt = begunAt + i * 2_000;
      const outcome = i < 5 ? 'OK' : 'UPSTREAM_TIMEOUT';
      const durationMs = i < 5 ? 700 : 1_500;
      log.addTry(aTry({ durationMs, outcome }), i < 5 ? undefined : timedOut, startedAt + durationMs);
      log.addCall(aCall({ startedAt, durationMs, outcome, staleAfterMs: 2_000 }));
    }
    const { was, would } = await rehearsed(log.recording(), { ...plain, timeoutMs: 600 });
    // The five failures; all calls, since the first is later than a latency that is not known yet.
    expect([was.counts.servedStale, would.counts.servedStale]).toEqual([5, 10]);
    expect(quantileOf(would, 0.5)).toBeLessThan(1);
  });

  it('lets a try hang where none was measured that took longer, and counts it', async () => {
    const recording = recordedCalls(10, () => ({ durationMs: 300, outcome: 'UPSTREAM_TIMEOUT' }));
    const { would, unmeasured } = await rehearsed(recording, { ...plain, timeoutMs: 1_000 });
    expect([unmeasured, would.counts.timedOut, Math.round(would.maxMs)]).toEqual([10, 10, 1_000]);
  });

  it('fails where its thread does, and leaves none behind', async () => {
    const broken = { ...recordedCalls(1, () => ({ durationMs: 1 })), outcomes: undefined } as unknown as Recording;
    await expect(rehearsed(broken, {})).rejects.toThrow('of undefined');
  });
});
