import { describe, expect, it } from '@jest/globals';
import { Cache } from './cache.ts';
import { aRequest, cachedThings } from './port.fixture.ts';

describe('the first tier, in process memory', () => {
  it('is bounded in bytes: evicts the least recently used entry first, and does not store one that is too large', async () => {
    const { things, store } = cachedThings(new Cache(20_000));
    for (let i = 0; i < 200; i += 1) await things.byIds(aRequest(), [`t${i}`]);
    expect(store.memory.bytes).toBeLessThanOrEqual(20_000);
    expect(store.memory.evictions).toBeGreaterThan(50);
    await things.byIds(aRequest(), ['x'.repeat(3_000)]);
    expect(store.memory.get(`things.byIds  ${'x'.repeat(3_000)}`)).toBeUndefined();
  });

  it("shows none of 50 callers another caller's entry in 10,000 reads", async () => {
    const { things } = cachedThings();
    let crossings = 0;
    let seed = 1;
    const next = (max: number) => (seed = (seed * 48_271) % 2_147_483_647) % max;
    for (let i = 0; i < 10_000; i += 1) {
      const id = `u${next(50)}`;
      const [thing] = await things.mine(aRequest(id));
      if (thing!.id !== `of ${id}`) crossings += 1;
      if (next(10) === 0) await things.byIds(aRequest(id), [`t${next(20)}`]);
    }
    expect(crossings).toBe(0);
  });
});
