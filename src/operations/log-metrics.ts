import type { LineSampler } from '#gateway/edge/access-log/line-sampler';
import type { CollectedMetrics } from './collected-metrics.ts';

/** Registers the metrics of the log: which ordinary access lines were written. */
export function exposeLogs(lines: LineSampler, metrics: CollectedMetrics): void {
  metrics.counter(
    {
      name: 'access_log_ordinary_lines_total',
      help: 'Access lines of ordinary requests by outcome: written, or left_out by ACCESS_LOG_SAMPLE.',
      labelNames: ['outcome'],
    },
    () => [
      { labels: { outcome: 'written' }, value: lines.written },
      { labels: { outcome: 'left_out' }, value: lines.leftOut },
    ],
  );
}
