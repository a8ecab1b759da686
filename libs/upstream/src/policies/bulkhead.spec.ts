import { Attempt, Latencies } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';
import { bulkhead } from './bulkhead.ts';
import { anInfo, anUpstream, aRequest } from './upstream.fixture.ts';

describe('the bulkhead policy', () => {
  it('lets no more calls be in flight than there are places, and gives each place on', async () => {
    const upstream = anUpstream({ bulkhead: { maxInFlight: 2, maxQueued: 10 } });
    let [now, max] = [0, 0];
    const call = bulkhead(upstream)(async () => {
      max = Math.max(max, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    }, anInfo());
    const attempts = Array.from({ length: 8 }, () => new Attempt(aRequest(), 1));
    await Promise.all(attempts.map((attempt) => call(attempt, 'q')));
    expect([max, upstream.bulkhead.inFlight, upstream.bulkhead.queued]).toEqual([2, 0, 0]);
    expect(attempts.at(-1)!.record.queueMs).toBeGreaterThan(0);
    expect(attempts[0]!.record.queueMs).toBe(0);
  });

  it('notes how long a try waited even where it never got a place', async () => {
    const upstream = anUpstream({ bulkhead: { maxInFlight: 1, maxQueued: 1 } });
    upstream.bulkhead.tryEnter();
    const attempt = new Attempt(aRequest(20), 1);
    const waiting = bulkhead(upstream)(async () => 'answer', anInfo())(attempt, 'q');
    await expect(waiting).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(attempt.record.queueMs).toBeGreaterThan(10);
  });

  it('drops from the queue what has less time than half of the calls need', async () => {
    const upstream = anUpstream({ bulkhead: { maxInFlight: 1, maxQueued: 2 } });
    const latencies = new Latencies();
    for (let i = 0; i < 32; i += 1) latencies.add(200);
    const call = bulkhead(upstream)(async () => 'answer', anInfo({ latencies }));
    const first = call(new Attempt(aRequest(), 1), 'q');
    const hurried = call(new Attempt(aRequest(100), 1), 'q');
    const waiting = call(new Attempt(aRequest(), 1), 'q');
    await expect(hurried).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(await Promise.all([first, waiting])).toEqual(['answer', 'answer']);
  });

  it('gives the place back when a call fails', async () => {
    const upstream = anUpstream({ bulkhead: { maxInFlight: 1, maxQueued: 0 } });
    const call = bulkhead(upstream)(() => Promise.reject(new Error('failed')), anInfo());
    await expect(call(new Attempt(aRequest(), 1), 'q')).rejects.toThrow('failed');
    expect(upstream.bulkhead.inFlight).toBe(0);
  });
});
