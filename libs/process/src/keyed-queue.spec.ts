import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { KeyedQueue } from './keyed-queue.ts';

describe('a queue of each key', () => {
  it('runs one work of a key at a time, in order, also after a failure', async () => {
    const queue = new KeyedQueue();
    const steps: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        steps.push(`${name} begins`);
        await setImmediate();
        steps.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      queue.run('a', work('one', true)),
      queue.run('a', work('two')),
      queue.run('b', work('other')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(steps.filter((step) => !step.startsWith('other'))).toEqual([
      'one begins',
      'one ends',
      'two begins',
      'two ends',
    ]);
    expect(steps.indexOf('other begins')).toBeLessThan(steps.indexOf('one ends'));
  });
});
