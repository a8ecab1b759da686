import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { CallLog } from './call-log.ts';
import { aCall, aTry } from './recorded-calls.fixture.ts';
import { TryFlag } from './recording.ts';

const KIB = 1_024;

describe('the call log', () => {
  it('takes no memory before the first call, then 26 bytes a call and 24 a try of each 1,024', () => {
    const log = new CallLog({ minutes: 5, maxBytes: 4_000_000 });
    expect(log.bytes).toBe(0);
    log.addTry(aTry());
    log.addCall(aCall());
    expect(log.bytes).toBe(KIB * (26 + 24));
  });

  it('never takes more memory than it may, and keeps the newest calls', () => {
    const log = new CallLog({ minutes: 5, maxBytes: 200 * KIB });
    const now = performance.now();
    for (let i = 0; i < 20_000; i += 1) {
      log.addTry(aTry(), undefined, now + i);
      log.addCall(aCall({ startedAt: now + i }));
    }
    expect(log.bytes).toBeLessThanOrEqual(200 * KIB);
    const { calls } = log.recording();
    expect(calls.startedAt.length).toBeGreaterThan(2_000);
    expect(calls.startedAt.at(-1)).toBe(now + 19_999);
  });

  it('drops calls that are older than its minutes', () => {
    const log = new CallLog({ minutes: 1, maxBytes: 4_000_000 });
    const now = performance.now();
    for (let i = 0; i < KIB; i += 1) log.addCall(aCall({ startedAt: now - 70_000 }));
    log.addCall(aCall({ startedAt: now }));
    expect(log.recording().calls.startedAt).toEqual(Float64Array.of(now));
  });

  it('tells what reached the upstream from what a policy refused', () => {
    const log = new CallLog({ minutes: 5, maxBytes: 4_000_000 });
    log.addTry(aTry());
    log.addTry(aTry({ outcome: 'CIRCUIT_OPEN' }), new GatewayError('CIRCUIT_OPEN', { source: 'breaker' }));
    log.addTry(aTry({ outcome: 'OVERLOADED' }), new GatewayError('OVERLOADED', { source: 'bulkhead' }));
    log.addTry(aTry({ outcome: 'OVERLOADED' }), new GatewayError('OVERLOADED', { source: 'upstream' }));
    const { flags } = log.recording().tries;
    expect([...flags].map((one) => Boolean(one & TryFlag.isSent))).toEqual([true, false, false, true]);
  });
});
