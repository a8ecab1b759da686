import { setTimeout as passed } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { cumulativeOf, snapshotOf } from './registry/metric-snapshot.ts';
import { WorkerSnapshots } from './worker-snapshots.ts';

/** The metrics of a worker. */
function aWorker() {
  const registry = new Registry();
  const registers = [registry];
  const traced = new Histogram({
    name: 'traced_seconds',
    help: 'Time.',
    buckets: [1, 10],
    enableExemplars: true,
    registers: [],
  });
  return {
    registry,
    requests: new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['route'], registers }),
    took: new Histogram({ name: 'took_seconds', help: 'Time.', buckets: [1, 10], registers }),
    traced,
    open: new Gauge({ name: 'open', help: 'Open.', aggregator: 'sum', registers }),
    isUp: new Gauge({ name: 'up', help: 'Up.', aggregator: 'min', registers }),
    lag: new Gauge({ name: 'lag_seconds', help: 'Lag.', aggregator: 'max', registers }),
    mean: new Gauge({ name: 'mean_seconds', help: 'Mean.', aggregator: 'average', registers }),
  };
}

async function twoWorkers() {
  const snapshots = new WorkerSnapshots();
  const workers = [aWorker(), aWorker()] as const;
  const report = async (index: 0 | 1) => snapshots.report(index, await snapshotOf(workers[index].registry));
  const lines = async () =>
    (await snapshots.text('prometheus')).split('\n').filter((line) => line && !line.startsWith('#'));
  return { snapshots, workers, report, lines };
}

describe('the snapshots of workers', () => {
  it('are combined: counters and histograms are added, gauges by their aggregator', async () => {
    const { workers, report, lines } = await twoWorkers();
    workers.forEach(({ requests, took, open, isUp, lag, mean }, index) => {
      requests.inc({ route: '/a' }, 1 + index);
      requests.inc({ route: `/${index}` });
      took.observe(5);
      open.set(3);
      isUp.set(1);
      lag.set(index);
      mean.set(index);
    });
    await report(0);
    await report(1);
    expect(await lines()).toEqual([
      'requests_total{route="/a"} 3',
      'requests_total{route="/0"} 1',
      'requests_total{route="/1"} 1',
      'took_seconds_bucket{le="1"} 0',
      'took_seconds_bucket{le="10"} 2',
      'took_seconds_bucket{le="+Inf"} 2',
      'took_seconds_sum 10',
      'took_seconds_count 2',
      'open 6',
      'up 1',
      'lag_seconds 1',
      'mean_seconds 0.5',
    ]);
  });

  it('keep the counts of ended workers, and not their gauges', async () => {
    const { snapshots, workers, report, lines } = await twoWorkers();
    workers.forEach(({ requests, took, open }) => {
      requests.inc({ route: '/a' }, 2);
      took.observe(5);
      open.set(3);
    });
    await report(0);
    await report(1);
    await Promise.all([snapshots.end(0), snapshots.end(1)]);
    expect(snapshots.workers).toEqual([]);
    const next = aWorker();
    next.requests.inc({ route: '/a' });
    next.took.observe(0.5);
    next.open.set(1);
    snapshots.report(2, await snapshotOf(next.registry));
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'requests_total{route="/a"} 5',
        'took_seconds_bucket{le="1"} 1',
        'took_seconds_count 3',
        'open 1',
      ]),
    );
  });

  it('never decrease while a worker ends', async () => {
    const { snapshots, workers, report, lines } = await twoWorkers();
    for (const { requests } of workers) requests.inc({ route: '/a' }, 2);
    await report(0);
    await report(1);
    const ending = snapshots.end(0);
    const seen = [await lines(), await lines()];
    await ending;
    seen.push(await lines());
    for (const all of seen) expect(all).toContain('requests_total{route="/a"} 4');
  });

  it('have the latest counters of a worker that reports only these, and its last gauges', async () => {
    const { snapshots, workers, report, lines } = await twoWorkers();
    const [{ registry, requests, open }] = workers;
    open.set(7);
    await report(0);
    requests.inc({ route: '/a' });
    open.set(8);
    const cumulative = await cumulativeOf(registry);
    expect(cumulative.map(({ name }) => name)).toEqual(['requests_total', 'took_seconds']);
    snapshots.report(0, cumulative);
    expect(await lines()).toEqual(expect.arrayContaining(['requests_total{route="/a"} 1', 'open 7']));
  });

  it('have the newest exemplar of each bucket in OpenMetrics, and none in the older format', async () => {
    const { snapshots, workers, report } = await twoWorkers();
    for (const { registry, traced } of workers) registry.registerMetric(traced);
    for (const [index, traceId] of [
      [1, 'older'],
      [0, 'newer'],
    ] as const) {
      workers[index].traced.observe({ value: 5, exemplarLabels: { trace_id: traceId } });
      await report(index);
      await passed(5);
    }
    const text = await snapshots.text('openmetrics');
    expect(text).toMatch(/^traced_seconds_bucket\{le="10\.0"\} 2 # \{trace_id="newer"\} 5 \d+\.\d+$/m);
    expect(text.match(/ # \{/g)).toHaveLength(1);
    expect(await snapshots.text('prometheus')).not.toContain('trace_id');
  });

  it('handle the end of a worker that never reported', async () => {
    const { snapshots, lines } = await twoWorkers();
    await snapshots.end(5);
    expect(await lines()).toEqual([]);
  });
});
