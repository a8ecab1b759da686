import { BUCKETS_SECONDS } from '#gateway/edge/metrics/request-metrics';
import type { WorkerPool } from '#libs/workers';
import { Histogram, type Registry } from 'prom-client';
import type { CollectedMetrics } from '#libs/metrics';

/** Registers the metrics of the pool of threads. The names of tasks are those in the code. */
export function exposeWorkerPool(pool: WorkerPool, metrics: CollectedMetrics, registry: Registry): void {
  metrics.gauge(
    { name: 'worker_tasks_running', help: 'Tasks that have a thread.', aggregator: 'sum' },
    () => pool.running,
  );
  metrics.gauge(
    { name: 'worker_tasks_queued', help: 'Tasks that wait for a thread.', aggregator: 'sum' },
    () => pool.queued,
  );
  const durations = new Histogram({
    name: 'worker_task_duration_seconds',
    help: 'Duration of tasks of threads by outcome; queued time included.',
    labelNames: ['task', 'outcome'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  pool.watch(({ task, outcome, queuedMs, runMs }) =>
    durations.observe({ task, outcome }, (queuedMs + runMs) / 1_000),
  );
}
