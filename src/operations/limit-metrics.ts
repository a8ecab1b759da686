import type { ConnectionLimit } from '#gateway/edge/connections/connection-limit';
import type { Limiter } from '#gateway/edge/limits/limiter';
import type { Shedding } from '#gateway/edge/shedding/shedding';
import type { CollectedMetrics } from '#libs/metrics';

/** Registers the metrics of limits and load shedding: accepted and refused requests, and their cost. */
export function exposeLimits(
  limiter: Limiter,
  shedding: Shedding,
  connections: ConnectionLimit,
  metrics: CollectedMetrics,
): void {
  metrics.counter(
    {
      name: 'limits_requests_total',
      help: 'Requests by policy and outcome: accepted or limited.',
      labelNames: ['policy', 'outcome'],
    },
    () =>
      [...limiter.counts].flatMap(([policy, { accepted, limited }]) => [
        { labels: { policy, outcome: 'accepted' }, value: accepted },
        { labels: { policy, outcome: 'limited' }, value: limited },
      ]),
  );
  metrics.counter(
    {
      name: 'limits_cost_total',
      help: 'Cost reserved for accepted requests, and used beyond that.',
      labelNames: ['policy'],
    },
    () => [...limiter.counts].map(([policy, { cost }]) => ({ labels: { policy }, value: cost })),
  );
  metrics.counter(
    {
      name: 'limits_cost_refunded_total',
      help: 'Reserved cost that was not used.',
      labelNames: ['policy'],
    },
    () => [...limiter.counts].map(([policy, { refunded }]) => ({ labels: { policy }, value: refunded })),
  );
  metrics.counter(
    {
      name: 'shedding_requests_total',
      help: 'Requests by priority and outcome: accepted, queued before that, or shed.',
      labelNames: ['priority', 'outcome'],
    },
    () =>
      Object.entries(shedding.report().byPriority).flatMap(([priority, counts]) =>
        Object.entries(counts).map(([outcome, value]) => ({ labels: { priority, outcome }, value })),
      ),
  );
  metrics.gauge(
    { name: 'shedding_limit', help: 'Requests that may be in flight now.', aggregator: 'sum' },
    () => shedding.report().limit,
  );
  metrics.gauge(
    { name: 'shedding_in_flight', help: 'Requests that are in flight.', aggregator: 'sum' },
    () => shedding.report().inFlight,
  );
  metrics.gauge(
    { name: 'shedding_queued', help: 'Requests that wait to be let in.', aggregator: 'sum' },
    () => shedding.report().queued,
  );
  metrics.gauge(
    { name: 'connections_open', help: 'Open connections of clients.', aggregator: 'sum' },
    () => connections.open,
  );
  metrics.counter(
    {
      name: 'connections_refused_total',
      help: 'Refusals for too many connections by outcome: answered (a request got 503) or closed (a connection got no answer).',
      labelNames: ['outcome'],
    },
    () => Object.entries(connections.refused).map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
}
