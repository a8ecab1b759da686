import { describe, expect, it } from '@jest/globals';
import { Counter, Histogram, Registry } from 'prom-client';
import { MetricSample, MetricWindow } from './metric-text.ts';

/** A registry with real metrics, and a reader of its exposition. */
function exposed() {
  const registry = new Registry();
  const requests = new Counter({
    name: 'requests_total',
    help: 'x',
    labelNames: ['route'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'request_seconds',
    help: 'x',
    buckets: [0.1, 0.2, 1],
    registers: [registry],
  });
  return { requests, seconds, sampleAt: async (at: number) => new MetricSample(await registry.metrics(), at) };
}

describe('a sample of the metrics', () => {
  it('has the labels that prom-client escaped', async () => {
    const { requests, sampleAt } = exposed();
    const route = 'a "quoted" \\ route,\nof {two} lines';
    requests.inc({ route }, 3);
    const sample = await sampleAt(0);
    expect(sample.valuesOf('requests_total', 'route')).toEqual([route]);
    expect(sample.sum('requests_total', ({ route: its }) => its === route)).toBe(3);
    expect(sample.sum('no_such_metric')).toBe(0);
  });
});

describe('a window of two samples', () => {
  it('has the rate of what was counted in it', async () => {
    const { requests, sampleAt } = exposed();
    requests.inc({ route: 'a' }, 100);
    const before = await sampleAt(10_000);
    requests.inc({ route: 'a' }, 30);
    requests.inc({ route: 'b' }, 10);
    const window = new MetricWindow(before, await sampleAt(20_000));
    expect(window.rate('requests_total')).toBe(4);
    expect(window.rate('requests_total', ({ route }) => route === 'a')).toBe(3);
  });

  it('has the quantiles of what was observed in it, and none of nothing', async () => {
    const { seconds, sampleAt } = exposed();
    for (let count = 0; count < 50; count += 1) seconds.observe(0.9);
    const before = await sampleAt(0);
    for (let count = 0; count < 80; count += 1) seconds.observe(0.05);
    for (let count = 0; count < 20; count += 1) seconds.observe(0.15);
    const now = await sampleAt(1_000);
    const window = new MetricWindow(before, now);
    expect(window.quantile('request_seconds', 0.4)).toBeCloseTo(0.05);
    expect(window.quantile('request_seconds', 0.9)).toBeCloseTo(0.15);
    expect(new MetricWindow(now, now).quantile('request_seconds', 0.5)).toBeUndefined();
  });

  it('answers the last bound for what lies above all', async () => {
    const { seconds, sampleAt } = exposed();
    const before = await sampleAt(0);
    seconds.observe(30);
    expect(new MetricWindow(before, await sampleAt(1)).quantile('request_seconds', 0.99)).toBe(1);
  });

  it('counts a restart as nothing, and not as less than nothing', async () => {
    const [running, restarted] = [exposed(), exposed()];
    running.requests.inc({ route: 'a' }, 9);
    restarted.requests.inc({ route: 'a' }, 2);
    const window = new MetricWindow(await running.sampleAt(0), await restarted.sampleAt(1_000));
    expect(window.growth('requests_total')).toBe(0);
  });
});
