import type { CollectedMetrics } from '#libs/metrics';
import { WORKER_REASONS } from '#libs/process';
import type { WorkerReports } from './worker-reports.ts';

/** Registers the starts of worker processes, of which each counts its own, and their memory. */
export function exposeWorkers(reports: WorkerReports, metrics: CollectedMetrics): void {
  metrics.counter(
    {
      name: 'worker_process_starts_total',
      help: 'Starts of worker processes by reason: start, crash (another ended), restart (SIGUSR2) or memory (WORKER_MEMORY_BYTES).',
      labelNames: ['reason'],
    },
    () => WORKER_REASONS.map((reason) => ({ labels: { reason }, value: reason === reports.reason ? 1 : 0 })),
  );
  metrics.gauge(
    {
      name: 'worker_process_resident_memory_bytes',
      help: 'Resident memory of the worker that has most.',
      aggregator: 'max',
    },
    () => process.memoryUsage.rss(),
  );
  metrics.gauge(
    {
      name: 'worker_process_memory_limit_bytes',
      help: 'WORKER_MEMORY_BYTES; 0 for no limit.',
      aggregator: 'max',
    },
    () => reports.limitBytes,
  );
}
