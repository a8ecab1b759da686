import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RepeatedFailures } from './repeated-failures.ts';

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

function repeated() {
  const log = new LogLines();
  const failures = new RepeatedFailures(createLogger('orders', 'info', log), 'moving orders');
  const fail = (times: number, everyMs = 250) => {
    for (let i = 0; i < times; i += 1) {
      failures.failed(new Error('away'));
      jest.advanceTimersByTime(everyMs);
    }
  };
  return { failures, fail, lines: () => log.lines.map(({ msg, failures: count }) => [msg, count]) };
}

describe('work that repeats by itself', () => {
  it('logs its first failure, then one a minute, and its success once', () => {
    const { failures, fail, lines } = repeated();
    failures.succeeded();
    fail(481);
    failures.succeeded();
    failures.succeeded();
    expect(lines()).toEqual([
      ['moving orders failed', 1],
      ['moving orders failed', 241],
      ['moving orders failed', 481],
      ['moving orders succeeds again', 481],
    ]);
  });

  it('logs at most one failure a minute if it fails now and then', () => {
    const { failures, fail, lines } = repeated();
    for (let i = 0; i < 100; i += 1) {
      fail(1);
      failures.succeeded();
    }
    expect(lines()).toEqual([
      ['moving orders failed', 1],
      ['moving orders succeeds again', 1],
    ]);
  });
});
