import { loadConfig } from '#gateway/config/config';
import { aContext } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CallCounts, PendingCalls } from './call-counts.ts';
import { UsageStoreMemory } from './usage-store.memory.ts';
import { dayOf, Usage } from './usage.ts';

const by = (app: string) => aContext({ client: { address: '', userAgent: '', app } });

describe('the use of operations', () => {
  let counts: CallCounts;
  let calls: PendingCalls;
  let store: UsageStoreMemory;
  let usage: Usage;
  beforeEach(() => {
    jest.useFakeTimers({ now: Date.parse('2026-11-28T23:59:55Z') });
    const config = loadConfig({});
    counts = new CallCounts(config);
    calls = new PendingCalls({ sha256: 'a1', name: 'web/page', isPersisted: true, coordinates: [] });
    store = new UsageStoreMemory(8);
    usage = new Usage(counts, store, config);
    usage.onModuleInit();
  });
  afterEach(async () => {
    await usage.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const storedOn = async (day: string) => {
    const [found] = await store.read([day]);
    return found ? Object.fromEntries(found.calls) : undefined;
  };
  const key = (client: string) => `a1|web/page|${client}`;

  it('is stored every ten seconds, on the day of that moment in UTC', async () => {
    counts.count(calls, by('web/1'));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await storedOn('2026-11-29')).toEqual({ [key('web/1')]: 1 });
    expect(dayOf(Date.now())).toBe('2026-11-29');
  });

  it('is stored before it is reported, and before the process ends', async () => {
    counts.count(calls, by('web/1'));
    const [day] = await usage.on(['2026-11-28']);
    expect(Object.fromEntries(day!.calls)).toEqual({ [key('web/1')]: 1 });
    counts.count(calls, by('web/1'));
    await usage.beforeApplicationShutdown();
    expect(await storedOn('2026-11-28')).toEqual({ [key('web/1')]: 2 });
    expect([...usage.totals.operations]).toMatchObject([{ value: 2 }]);
  });

  it('is stored at once where many clients come', async () => {
    for (let n = 0; n < 1_000; n += 1) counts.count(calls, by(`many/${n}`));
    expect(Object.keys((await storedOn('2026-11-28'))!)).toHaveLength(1_000);
  });
});
