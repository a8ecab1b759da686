import type { Figures } from '#test/support/neighbours/figures';

const HEAD = ['scenario', 'client', 'calls', 'failed', 'connections', 'seconds', 'CPU a call'];

/** The figures of a run as a Markdown table, a row for each client of each scenario. */
export function figuresTable(figures: readonly Figures[]): string {
  const rows = figures.map(({ scenario, client, calls, failures, connections, durationMs, cpuMicros }) => [
    scenario,
    client,
    `${calls}`,
    `${failures}`,
    connections === undefined ? '' : `${connections}`,
    (durationMs / 1000).toFixed(1),
    cpuMicros === undefined ? '' : `${cpuMicros.toFixed(0)} µs`,
  ]);
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
