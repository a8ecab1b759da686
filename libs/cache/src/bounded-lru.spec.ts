import { describe, expect, it } from '@jest/globals';
import { LRUCache } from 'lru-cache';
import { boundedLru } from '#libs/cache';

describe('an LRU cache of bounded size', () => {
  it('evicts the least recently used entry', () => {
    const kept = new LRUCache<string, number>(boundedLru(2));
    kept.set('one', 1).set('two', 2).get('one');
    kept.set('three', 3);
    expect([...kept.keys()]).toEqual(['three', 'one']);
  });

  it('allocates no memory while it is empty', () => {
    const before = process.memoryUsage();
    const kept = new LRUCache<string, number>(boundedLru(5_000_000));
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(1_000_000);
    expect(kept.size).toBe(0);
  });
});
