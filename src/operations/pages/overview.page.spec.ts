import type { WorkerLoad } from '#libs/process';
import { describe, expect, it } from '@jest/globals';
import { MetricSample, MetricWindow } from './metric-text.ts';
import { overviewOf } from './overview.ts';
import { overviewPage } from './overview.page.ts';

const aLoad = (given: Partial<WorkerLoad> = {}): WorkerLoad => ({
  pid: 4711,
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  residentBytes: 150_000_000,
  loopUtilization: 0.25,
  loopDelayMs: 12,
  requestsInFlight: 3,
  openStreams: 7,
  ...given,
});

/** The rows of the table of workers, cell by cell. */
function rowsOf(all: WorkerLoad[], limitBytes: number): string[][] {
  const sample = new MetricSample('', Date.now());
  const page = overviewPage(overviewOf(new MetricWindow(sample, sample)), { all, limitBytes });
  const [, table] = /<div[^>]*id="workers"[^>]*>[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(page)!;
  const cells = (row: string) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => cell!.replaceAll(/\s+/g, ' ').trim());
  return table!
    .split('</tr>')
    .map(cells)
    .filter((row) => row.length);
}

describe('the workers on the first page of operators', () => {
  it('are a row each, that of the answering process first', () => {
    expect(rowsOf([aLoad(), aLoad({ pid: 4712, loopDelayMs: 1_500 })], 0)).toEqual([
      ['4711', '2026-01-02 03:04:05', '150 MB', '25 %', '12 ms', '3', '7'],
      ['4712', '2026-01-02 03:04:05', '150 MB', '25 %', '1.5 s', '3', '7'],
    ]);
  });

  it('have their memory beside its limit, and are marked above it', () => {
    const [below, above] = rowsOf([aLoad(), aLoad({ residentBytes: 201_000_000 })], 200_000_000);
    expect(below![2]).toMatch(/class="".*150 MB of 200 MB/);
    expect(above![2]).toMatch(/class="bad".*201 MB of 200 MB/);
  });
});
