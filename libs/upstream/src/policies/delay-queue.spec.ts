import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DelayQueue } from './delay-queue.ts';

describe('a delay queue', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function queue() {
    const later = new DelayQueue();
    const ran: string[] = [];
    return { ran, add: (name: string, delayMs: number) => later.add(delayMs, () => void ran.push(name)) };
  }

  it('runs each thing after its time, and once', () => {
    const { add, ran } = queue();
    add('first', 10);
    jest.advanceTimersByTime(5);
    add('second', 10);
    jest.advanceTimersByTime(4);
    expect(ran).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(ran).toEqual(['first']);
    jest.advanceTimersByTime(4);
    expect(ran).toEqual(['first']);
    jest.advanceTimersByTime(1_000);
    expect(ran).toEqual(['first', 'second']);
  });

  it('does not run what was taken away, and goes on with the rest', () => {
    const { add, ran } = queue();
    const takeAway = add('first', 10);
    add('second', 10);
    takeAway();
    jest.advanceTimersByTime(10);
    expect(ran).toEqual(['second']);
  });

  it('takes one timer, however much is in it, and none once it is empty', () => {
    const { add, ran } = queue();
    for (let i = 0; i < 100; i += 1) add(String(i), 10 + i);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(50);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(200);
    expect([ran.length, jest.getTimerCount()]).toEqual([100, 0]);
  });

  it('runs what is added after it was empty', () => {
    const { add, ran } = queue();
    add('first', 10);
    jest.advanceTimersByTime(10);
    add('second', 10);
    jest.advanceTimersByTime(10);
    expect(ran).toEqual(['first', 'second']);
  });

  it('waits for nothing that was taken away', () => {
    const { add } = queue();
    add('first', 10);
    const takeAway = add('second', 1_000);
    takeAway();
    jest.advanceTimersByTime(10);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps nothing of what was taken away beyond its time', () => {
    const { add } = queue();
    const all = Array.from({ length: 100 }, (_, i) => add(String(i), 10));
    for (const takeAway of all) takeAway();
    jest.advanceTimersByTime(10);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('runs no sooner than what was added before, even where it has less time', () => {
    const { add, ran } = queue();
    add('first', 20);
    add('second', 5);
    jest.advanceTimersByTime(19);
    expect(ran).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(ran).toEqual(['first', 'second']);
  });
});
