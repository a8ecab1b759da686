import { describe, expect, it } from '@jest/globals';
import { Cancellation } from './cancellation.ts';

const never = new Promise<never>(() => {});

describe('a deadline', () => {
  it('that aborts nothing ends the wait all the same', async () => {
    const cancellation = new Cancellation(undefined, false);
    expect(cancellation.signal).toBeUndefined();
    cancellation.endIn(10);
    await expect(cancellation.bound(never)).rejects.toThrow('The deadline has passed.');
    expect(cancellation.failureOf(undefined).code).toBe('TIMEOUT');
    await expect(cancellation.bound(never)).rejects.toThrow('The deadline has passed.');
  });

  it('aborts the request where it should, the earliest first', async () => {
    const ends: string[] = [];
    const at = (name: string, ms: number) =>
      new Promise<void>((resolve) => {
        const cancellation = new Cancellation(undefined, true);
        cancellation.signal!.addEventListener('abort', () => {
          ends.push(name);
          resolve();
        });
        cancellation.endIn(ms);
      });
    await Promise.all([at('late', 40), at('soon', 5), at('between', 20)]);
    expect(ends).toEqual(['soon', 'between', 'late']);
  });

  it('that was moved or is over aborts nothing', async () => {
    const [moved, over, last] = [1, 2, 3].map(() => new Cancellation(undefined, true)) as [
      Cancellation,
      Cancellation,
      Cancellation,
    ];
    moved.endIn(5);
    moved.endIn(10_000);
    over.endIn(5);
    over.done(true);
    const passed = new Promise((resolve) => last.signal!.addEventListener('abort', resolve));
    last.endIn(15);
    await passed;
    expect([moved.signal!.aborted, over.signal!.aborted]).toEqual([false, false]);
    moved.done(true);
  });
});
