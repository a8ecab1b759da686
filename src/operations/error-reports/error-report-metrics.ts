import type { CollectedMetrics } from '#libs/metrics';
import type { ErrorReports } from './error-reports.ts';

/** Registers the metric of error reports; it has no samples where none are made. */
export function exposeErrorReports(reports: ErrorReports, metrics: CollectedMetrics): void {
  metrics.counter(
    {
      name: 'error_reports_total',
      help:
        'Reports of faults by outcome: sent, failed, dropped (too many at once, or the receiver asked for a pause), ' +
        'or limited (its like just was).',
      labelNames: ['outcome'],
    },
    () => Object.entries(reports.counts ?? {}).map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
}
