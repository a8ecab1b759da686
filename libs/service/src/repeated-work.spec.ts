import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RepeatedWork } from './repeated-work.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Work of every second, each run of which ends when the test says so. */
function repeated() {
  const log = new LogLines();
  const runs: PromiseWithResolvers<void>[] = [];
  let signal: AbortSignal | undefined;
  const work = new RepeatedWork(createLogger('orders', 'info', log), 'moving orders', 1_000, (stopping) => {
    signal = stopping;
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  const aSecond = () => jest.advanceTimersByTimeAsync(1_000);
  return {
    work,
    runs,
    aSecond,
    messages: () => log.lines.map(({ msg }) => msg),
    isStopping: () => signal?.aborted,
  };
}

describe('repeated work', () => {
  it('runs again an interval after the end of the last run, failed or not', async () => {
    const { work, runs, aSecond, messages } = repeated();
    work.onApplicationBootstrap();
    await aSecond();
    await aSecond();
    expect(runs).toHaveLength(1);
    runs[0]!.reject(new Error('away'));
    await aSecond();
    expect(runs).toHaveLength(2);
    runs[1]!.resolve();
    await aSecond();
    expect(runs).toHaveLength(3);
    expect(messages()).toEqual(['moving orders failed', 'moving orders succeeds again']);
  });

  it('waits at shutdown for the current run, which is told, and does not run again', async () => {
    const { work, runs, aSecond, isStopping } = repeated();
    work.onApplicationBootstrap();
    await aSecond();
    let isShutDown = false;
    const shutdown = work.onApplicationShutdown().then(() => (isShutDown = true));
    await aSecond();
    expect([isStopping(), isShutDown]).toEqual([true, false]);
    runs[0]!.resolve();
    await shutdown;
    await aSecond();
    expect(runs).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
