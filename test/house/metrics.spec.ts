import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeGateway } from '#gateway/describe';
import type { MetricDescription } from '#gateway/operations/registry/metric-snapshot';
import { metricsTable } from '#tools/metrics-table';

/** Where a name has a unit, it is a base unit (Prometheus, "Metric and label naming"). */
const NOT_BASE_UNITS =
  /_(ms|milliseconds|millis|micros|nanos|minutes|hours|kb|kilobytes|mb|megabytes|percent)(_|$)/;

let metrics: MetricDescription[];
beforeAll(async () => {
  ({ metrics } = await describeGateway());
});
const namesOf = (those: readonly MetricDescription[]) => those.map(({ name }) => name);

describe('the metrics', () => {
  it('end in _total where they are counters, and nowhere else', () => {
    const counters = metrics.filter(({ type }) => type === 'counter');
    expect(counters.length).toBeGreaterThan(10);
    const ends = metrics.filter(({ name }) => name.endsWith('_total'));
    expect(namesOf(ends)).toEqual(namesOf(counters));
  });

  it('have names of words, in base units, that no histogram makes', () => {
    const wrong = metrics.filter(
      ({ name }) =>
        !/^[a-z][a-z0-9_]*$/.test(name) || NOT_BASE_UNITS.test(name) || /_(count|sum|bucket)$/.test(name),
    );
    expect(namesOf(wrong)).toEqual([]);
  });

  it('say in a sentence what they are', () => {
    expect(namesOf(metrics.filter(({ help }) => !/^\S.{10,}$/.test(help)))).toEqual([]);
  });

  it('have labels of words, but none that a histogram or Prometheus itself sets', () => {
    const labels = new Set(metrics.flatMap(({ labelNames }) => labelNames));
    const wrong = [...labels].filter(
      (label) => !/^[a-z][a-z0-9_]*$/.test(label) || ['le', 'quantile', 'job', 'instance'].includes(label),
    );
    expect(wrong).toEqual([]);
  });

  it('are those of docs/operations.md, which says how those of several workers make one', () => {
    const page = readFileSync('docs/operations.md', 'utf8').split('\n');
    expect(
      metricsTable(metrics)
        .split('\n')
        .filter((line) => !page.includes(line)),
    ).toEqual([]);
    // prom-client has more of the process on Linux than elsewhere.
    const listed = page.flatMap(
      (line) => /^\| `([a-z_0-9]+)` \| (?:counter|gauge|histogram) /.exec(line)?.[1] ?? [],
    );
    const gone = listed.filter((name) => !namesOf(metrics).includes(name) && !/^(process|nodejs)_/.test(name));
    expect(gone).toEqual([]);
  });
});
