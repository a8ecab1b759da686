import { lostLines } from '#libs/observe';
import type { CollectedMetrics } from '#libs/metrics';
import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

const OUTCOMES = ['shipped', 'refused', 'dropped'] as const;

/** Registers the metrics of the log: which ordinary access lines were written, and what became of lines that are sent. */
export function exposeLogs({ httpAdapter }: HttpAdapterHost, metrics: CollectedMetrics): void {
  const { accessLines: lines, logShipping: shipping } = httpAdapter.getInstance<FastifyInstance>();
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
  metrics.counter(
    {
      name: 'log_lines_lost_total',
      help: 'Log lines that standard output had no room or no reader for.',
    },
    lostLines,
  );
  const report = () => shipping?.report() ?? [];
  metrics.counter(
    {
      name: 'log_lines_sent_total',
      help: 'Log lines by destination and outcome: shipped, refused by it, or dropped since it was away or too slow.',
      labelNames: ['destination', 'outcome'],
    },
    () =>
      report().flatMap(({ destination, ...counts }) =>
        OUTCOMES.map((outcome) => ({ labels: { destination, outcome }, value: counts[outcome] })),
      ),
  );
  metrics.counter(
    {
      name: 'log_requests_failed_total',
      help: 'Requests with log lines that failed, those sent again included.',
      labelNames: ['destination'],
    },
    () => report().map(({ destination, failedRequests: value }) => ({ labels: { destination }, value })),
  );
  metrics.gauge(
    {
      name: 'log_queue_bytes',
      help: 'Bytes of log lines that wait to be sent.',
      labelNames: ['destination'],
      aggregator: 'sum',
    },
    () => report().map(({ destination, queuedBytes: value }) => ({ labels: { destination }, value })),
  );
}
