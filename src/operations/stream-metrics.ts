import type { OpenStreams } from '#gateway/edge/streams/open-streams';
import type { EventLog } from '#libs/events';
import type { UpstreamClients } from '#libs/upstream';
import type { CollectedMetrics } from '#libs/metrics';

/** Registers the metrics of streams and of the events behind them. */
export function exposeStreams(
  streams: OpenStreams,
  eventLog: EventLog,
  clients: UpstreamClients,
  metrics: CollectedMetrics,
): void {
  metrics.gauge(
    {
      name: 'streams_open',
      help: 'Open streams of clients.',
      labelNames: ['route'],
      aggregator: 'sum',
    },
    () => [...countedByRoute(streams)].map(([route, value]) => ({ labels: { route }, value })),
  );
  metrics.counter(
    {
      name: 'streams_ended_total',
      help: 'Ended streams by reason; each opened stream ends once.',
      labelNames: ['reason'],
    },
    () => [...streams.counts.ended].map(([reason, value]) => ({ labels: { reason }, value })),
  );
  metrics.counter(
    { name: 'streams_opened_total', help: 'Streams that were opened.' },
    () => streams.counts.opened,
  );
  metrics.counter(
    { name: 'streams_refused_total', help: 'Streams that were too many.' },
    () => streams.counts.refused,
  );
  metrics.gauge(
    {
      name: 'upstream_streams_open',
      help: 'Open streams of upstreams, each shared by all its followers.',
      labelNames: ['upstream'],
      aggregator: 'sum',
    },
    () => [...clients.openStreams()].map(([upstream, value]) => ({ labels: { upstream }, value })),
  );
  metrics.counter(
    { name: 'events_published_total', help: 'Events that were published here.' },
    () => eventLog.report().published,
  );
  metrics.counter(
    { name: 'events_dropped_total', help: 'Events that were lost while Redis was away.' },
    () => eventLog.report().dropped,
  );
  metrics.gauge(
    { name: 'events_waiting', help: 'Events that Redis has not taken yet.', aggregator: 'sum' },
    () => eventLog.report().waiting,
  );
  metrics.gauge(
    { name: 'events_followers', help: 'Followers of topics.', aggregator: 'sum' },
    () => eventLog.report().followers,
  );
  metrics.gauge(
    {
      name: 'events_lag_seconds',
      help: 'Age of the newest event when this gateway received it.',
      aggregator: 'max',
    },
    () => eventLog.report().lagMs / 1000,
  );
}

function countedByRoute(streams: OpenStreams): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { route } of streams.list()) counts.set(route, (counts.get(route) ?? 0) + 1);
  return counts;
}
