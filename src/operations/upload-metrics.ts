import type { UploadCounts } from '#gateway/files/uploads/upload-counts';
import type { CollectedMetrics } from '#libs/metrics';

/** Registers the metrics of uploads. */
export function exposeUploads(counts: UploadCounts, metrics: CollectedMetrics): void {
  metrics.counter({ name: 'uploads_started_total', help: 'Uploads that were begun.' }, () => counts.started);
  metrics.counter(
    { name: 'uploads_resumed_total', help: 'Requests that went on with an upload that had begun.' },
    () => counts.resumed,
  );
  metrics.counter(
    {
      name: 'uploads_ended_total',
      help: 'Uploads that have ended by outcome: complete, refused, cancelled or expired.',
      labelNames: ['outcome'],
    },
    () => [...counts.ended].map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
  metrics.counter(
    { name: 'upload_received_bytes_total', help: 'Bytes of uploads that were stored.' },
    () => counts.bytes,
  );
}
