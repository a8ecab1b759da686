import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as passed } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { EventLoopMonitor, SAMPLE_MS } from './event-loop-monitor.ts';

/** A monitor with a clock of its own: `sample` lets a sample be late. */
function measured() {
  let now = 1_000;
  let take = () => {};
  let timers = 0;
  const monitor = new EventLoopMonitor(
    () => now,
    (sample) => ((take = sample), (timers += 1), undefined),
  );
  const sample = (lateMs: number) => {
    now += SAMPLE_MS + lateMs;
    take();
  };
  const wait = (ms: number) => void (now += ms);
  return { monitor, sample, wait, timers: () => timers };
}

/** To within the 1 % that a window tells apart. */
const near = (ms: number) => (ms ? expect.closeTo(ms, -Math.log10(ms / 50)) : 0);

describe('the monitor of the event loop', () => {
  it('has one timer for all, and tells each listener what a sample is late', () => {
    const { monitor, sample, timers } = measured();
    const seen: number[][] = [[], []];
    const stops = seen.map((list) => monitor.listen((delayMs) => list.push(delayMs)));
    for (const lateMs of [0, 5, 300]) sample(lateMs);
    stops[0]!();
    sample(7);
    expect(seen).toEqual([
      [0, 5, 300],
      [0, 5, 300, 7],
    ]);
    expect(timers()).toBe(1);
  });

  it('gives each reader what it has not read, whatever others read', () => {
    const { monitor, sample } = measured();
    const [one, other] = [monitor.reader(), monitor.reader()];
    expect(one.read().delayMs).toBeUndefined();
    sample(300);
    expect(one.read().delayMs!.max).toEqual(near(300));
    sample(10);
    expect(one.read().delayMs!.max).toEqual(near(10));
    expect(other.read().delayMs).toMatchObject({ p50: near(10), max: near(300) });
  });

  it('has the quantiles of the last minute, which no reading resets', () => {
    const { monitor, sample, wait } = measured();
    const stop = monitor.listen(() => {});
    for (let n = 1; n <= 100; n += 1) sample(n);
    const expected = { p50: near(50), p90: near(90), p99: near(99), max: near(100) };
    expect([monitor.lastMinute().delayMs, monitor.lastMinute().delayMs]).toEqual([
      expect.objectContaining(expected),
      expect.objectContaining(expected),
    ]);
    wait(40_000);
    expect(monitor.lastMinute().delayMs!.max).toEqual(near(100));
    wait(20_000);
    expect(monitor.lastMinute().delayMs).toBeUndefined();
    stop();
  });

  it('starts anew after a pause that is longer than all it keeps', () => {
    const { monitor, sample, wait } = measured();
    monitor.listen(() => {});
    sample(10);
    wait(3_600_000);
    expect(monitor.lastMinute().delayMs).toBeUndefined();
    sample(40);
    expect(monitor.lastMinute().delayMs!.max).toBeGreaterThan(39);
  });

  it('measures only while somebody listens', async () => {
    const monitor = new EventLoopMonitor();
    let samples = 0;
    monitor.reader().close();
    const stop = monitor.listen(() => void (samples += 1));
    while (samples < 2) await passed(SAMPLE_MS);
    stop();
    stop();
    const atEnd = samples;
    await passed(3 * SAMPLE_MS);
    expect(samples).toBe(atEnd);
  });

  it('sees a real block of the loop, as the monitor of Node does, and how busy the loop was', async () => {
    const monitor = new EventLoopMonitor();
    const reader = monitor.reader();
    const node = monitorEventLoopDelay({ resolution: SAMPLE_MS });
    node.enable();
    await passed(3 * SAMPLE_MS);
    const until = performance.now() + 150;
    while (performance.now() < until);
    await passed(3 * SAMPLE_MS);
    node.disable();
    const { delayMs, utilization, seconds } = reader.read();
    reader.close();
    expect(delayMs!.max).toBeGreaterThan(120);
    expect(node.max / 1e6).toBeGreaterThan(120);
    expect(utilization * seconds).toBeGreaterThan(0.14);
  });
});
