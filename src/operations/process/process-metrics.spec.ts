import { setTimeout as passed } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CollectedMetrics } from '#libs/metrics';
import { snapshotOf } from '#gateway/operations/registry/metric-snapshot';
import { eventually } from '#libs/testing';
import { Registry } from 'prom-client';
import { exposeProcess } from './process-metrics.ts';

const registry = new Registry();
let stop: () => void;
beforeAll(() => void (stop = exposeProcess(registry, new CollectedMetrics(registry))));
afterAll(() => stop());

async function valueOf(metric: string, sample: string, labels: Record<string, string> = {}): Promise<number> {
  const found = (await snapshotOf(registry)).find(({ name }) => name === metric)!;
  const sampleFound = found.values.find(
    (one) =>
      (one.metricName ?? metric) === sample &&
      Object.entries(labels).every(([name, value]) => one.labels[name] === value),
  );
  return sampleFound!.value;
}

describe('the metrics of the process', () => {
  it('have the time of the event loop by state, which only grows', async () => {
    const activeTime = () =>
      valueOf('nodejs_eventloop_time_seconds_total', 'nodejs_eventloop_time_seconds_total', { state: 'active' });
    const before = await activeTime();
    const until = performance.now() + 50;
    while (performance.now() < until);
    await passed(1);
    expect(await activeTime()).toBeGreaterThanOrEqual(before + 0.04);
  });

  it('count every collection by its kind, though several are reported at once', async () => {
    const counted = () =>
      valueOf('nodejs_gc_duration_seconds', 'nodejs_gc_duration_seconds_count', { kind: 'major' });
    const before = await counted();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let n = 0; n < 5; n += 1) collect();
    await eventually(async () => (await counted()) >= before + 5);
    expect(await counted()).toBeGreaterThanOrEqual(before + 5);
  });

  it('have every heap space, and none of the metrics that a scrape would reset', async () => {
    const names = (await snapshotOf(registry)).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['nodejs_heap_space_size_used_bytes', 'process_resident_memory_bytes']),
    );
    expect(names.filter((name) => name.includes('eventloop_lag'))).toEqual([]);
    expect(
      await valueOf('nodejs_heap_space_size_used_bytes', 'nodejs_heap_space_size_used_bytes', { space: 'old' }),
    ).toBeGreaterThan(0);
  });
});
