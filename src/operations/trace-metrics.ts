import type { CollectedMetrics } from '#libs/metrics';
import type { TraceExport } from './trace-export.ts';

/** Registers the metrics of the export of traces. They are all zero while it is off. */
export function exposeTraces(traces: TraceExport, metrics: CollectedMetrics): void {
  metrics.counter(
    {
      name: 'trace_spans_total',
      help: 'Spans by outcome: exported, failed (the collector did not accept them) or dropped (the queue was full).',
      labelNames: ['outcome'],
    },
    () => Object.entries(traces.counts).map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
  metrics.counter(
    {
      name: 'traces_total',
      help: 'Recorded requests by decision: sampled, kept (after their end: error, degraded or slow) or left out.',
      labelNames: ['decision'],
    },
    () => Object.entries(traces.decisions).map(([decision, value]) => ({ labels: { decision }, value })),
  );
  metrics.gauge(
    { name: 'trace_spans_queued', help: 'Spans that wait to be sent to the collector.', aggregator: 'sum' },
    () => traces.queued,
  );
}
