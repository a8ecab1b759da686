import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as passed } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { EventLoopDelay } from './event-loop.ts';

const RESOLUTION_MS = 20;

/** A delay that is measured by a clock of its own: `sample` lets a sample be late. */
function measured() {
  jest.useFakeTimers();
  let now = 1_000;
  const seen: number[] = [];
  const delay = new EventLoopDelay(
    (seconds) => seen.push(seconds),
    () => now,
  );
  delay.start();
  const sample = (lateMs: number) => {
    now += RESOLUTION_MS + lateMs;
    jest.advanceTimersByTime(RESOLUTION_MS);
  };
  const wait = (ms: number) => void (now += ms);
  const stop = () => {
    delay.stop();
    jest.useRealTimers();
  };
  return { delay, seen, sample, wait, stop };
}

describe('the delay of the event loop', () => {
  it('is what a sample is late, without the time between samples', () => {
    const { seen, sample, stop } = measured();
    for (const lateMs of [0, 5, 300]) sample(lateMs);
    stop();
    expect(seen.map((seconds) => Math.round(seconds * 1000))).toEqual([0, 5, 300]);
  });

  it('has a maximum of the last minute, which no reading resets', () => {
    const { delay, sample, wait, stop } = measured();
    sample(300);
    sample(1);
    expect([delay.maxSeconds, delay.maxSeconds].map((seconds) => Math.round(seconds * 1000))).toEqual([300, 300]);
    wait(45_000);
    expect(Math.round(delay.maxSeconds * 1000)).toBe(300);
    wait(20_000);
    expect(delay.maxSeconds).toBe(0);
    stop();
  });

  it('starts anew after a pause that is longer than all it keeps', () => {
    const { delay, sample, wait, stop } = measured();
    sample(10);
    wait(3_600_000);
    expect(delay.maxSeconds).toBe(0);
    sample(40);
    expect(delay.maxSeconds).toBeGreaterThan(0.04);
    stop();
  });

  it('sees a real block of the loop', async () => {
    const delay = new EventLoopDelay(() => {});
    delay.start();
    const node = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    node.enable();
    await passed(3 * RESOLUTION_MS);
    const until = performance.now() + 150;
    while (performance.now() < until);
    await passed(3 * RESOLUTION_MS);
    delay.stop();
    node.disable();
    expect(delay.maxSeconds).toBeGreaterThan(0.12);
    expect(node.max / 1e9).toBeGreaterThan(0.12);
  });
});
