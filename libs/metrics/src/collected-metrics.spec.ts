import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { CollectedMetrics, type Sample } from './collected-metrics.ts';

const linesOf = async (registry: Registry) =>
  (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));

describe('collected metrics', () => {
  it('are read at each scrape, with the current values', async () => {
    const registry = new Registry();
    const metrics = new CollectedMetrics(registry);
    let open: Sample[] = [{ labels: { route: '/a' }, value: 2 }];
    let total = 7;
    metrics.gauge({ name: 'open', help: 'Open.', labelNames: ['route'], aggregator: 'sum' }, () => open);
    metrics.counter({ name: 'all_total', help: 'All.' }, () => total);
    expect(await linesOf(registry)).toEqual(['open{route="/a"} 2', 'all_total 7']);
    [open, total] = [[{ labels: { route: '/b' }, value: 1 }], 9];
    expect(await linesOf(registry)).toEqual(['open{route="/b"} 1', 'all_total 9']);
  });
});
