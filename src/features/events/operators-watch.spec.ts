import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventLogMemory } from '#libs/events';
import { OperatorsWatch, WATCH_MS } from './operators-watch.ts';

/** Two gateways that share an event log, with the number of ticks of each. */
function twoGateways() {
  const eventLog = new EventLogMemory();
  return [0, 1].map(() => {
    const gateway = { watch: new OperatorsWatch(eventLog), ticks: 0 };
    gateway.watch.onTick(() => (gateway.ticks += 1));
    return gateway;
  }) as [Gateway, Gateway];
}

interface Gateway {
  watch: OperatorsWatch;
  ticks: number;
}

describe('the watch of operators', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_795_000_000_000 }));
  afterEach(() => void jest.useRealTimers());
  const wait = (ms: number) => jest.advanceTimersByTime(ms);

  it('is on nowhere while no operator watches', () => {
    const [here] = twoGateways();
    wait(60_000);
    expect([here.watch.isWatched, here.ticks]).toEqual([false, 0]);
  });

  it('begins at every gateway with the first operator at one, and ticks every five seconds', () => {
    const [here, there] = twoGateways();
    here.watch.join();
    expect([here, there].map(({ watch, ticks }) => [watch.isWatched, ticks])).toEqual([
      [true, 1],
      [true, 1],
    ]);
    wait(4 * WATCH_MS);
    expect([here.ticks, there.ticks]).toEqual([5, 5]);
    expect(there.watch.isWatched).toBe(true);
  });

  it('ticks no faster for several operators at several gateways', () => {
    const [here, there] = twoGateways();
    for (const { watch } of [here, here, there]) watch.join();
    wait(4 * WATCH_MS);
    expect([here.ticks, there.ticks]).toEqual([5, 5]);
  });

  it('ends a moment after the last operator has left, who counts once', () => {
    const [here] = twoGateways();
    const [first, second] = [here.watch.join(), here.watch.join()];
    first();
    first();
    wait(2 * WATCH_MS);
    expect(here.ticks).toBe(3);
    second();
    wait(WATCH_MS);
    expect([here.watch.isWatched, here.ticks]).toEqual([true, 3]);
    wait(2 * WATCH_MS);
    expect([here.watch.isWatched, here.ticks]).toEqual([false, 3]);
  });

  it('begins again with the next operator', () => {
    const [here] = twoGateways();
    here.watch.join()();
    wait(10 * WATCH_MS);
    here.watch.join();
    wait(WATCH_MS);
    expect([here.watch.isWatched, here.ticks]).toEqual([true, 3]);
  });

  it('announces and hears nothing after the end of its gateway', () => {
    const [here, there] = twoGateways();
    here.watch.join();
    here.watch.onApplicationShutdown();
    wait(3 * WATCH_MS);
    expect([here.ticks, there.ticks]).toEqual([1, 1]);
    there.watch.join();
    expect([here.ticks, there.ticks]).toEqual([1, 2]);
  });
});
