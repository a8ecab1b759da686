import type { UpstreamClients } from '#libs/upstream';
import type { Aggregator, CollectedMetrics, Sample } from './collected-metrics.ts';

type Report = ReturnType<UpstreamClients['report']>[number];
type TransportCount = keyof NonNullable<Report['transport']>;

const STATES = ['CONNECTING', 'READY', 'DRAINING'] as const;

/** Adds what Prometheus scrapes of services: breakers and connections; what a client does not count is left out. */
export function exposeUpstreams(clients: UpstreamClients, metrics: CollectedMetrics): void {
  // Of several workers each has connections and breakers of its own, but all have the same addresses.
  gauge(
    'upstream_breaker_open',
    '1 while the breaker of a method is open, half-open or ramping in any worker; 0 while all are closed.',
    'max',
    ({ methods }) =>
      methods.map(({ method, breaker }) => ({ labels: { method }, value: breaker.state === 'CLOSED' ? 0 : 1 })),
    ['method'],
  );
  gauge('upstream_addresses', 'Addresses that the names of a service stand for now.', 'max', ({ addresses }) => [
    { value: addresses.length },
  ]);
  gauge(
    'upstream_addresses_ejected',
    'Addresses that are left out, since they only fail.',
    'max',
    ({ addresses }) => [{ value: addresses.filter(({ isEjected }) => isEjected).length }],
  );
  gauge(
    'upstream_connections_open',
    'gRPC connections by state: CONNECTING, READY, and DRAINING, which takes no new calls.',
    'sum',
    ({ addresses }) =>
      addresses.every(({ connections }) => connections === undefined)
        ? []
        : STATES.map((state) => {
            const open = addresses.flatMap(({ connections = [] }) => connections);
            return { labels: { state }, value: open.filter((one) => one.state === state).length };
          }),
    ['state'],
  );
  counter('upstream_connections_opened_total', 'gRPC connections that were made.', 'connectionsOpened');
  counter('upstream_goaways_total', 'GOAWAY frames that came: servers that end a connection.', 'goaways');
  counter(
    'upstream_transparent_retries_total',
    'Calls that were sent again since the server had not processed them; no policy counts these.',
    'transparentRetries',
  );
  counter('upstream_pings_total', 'PING frames that were sent.', 'pings');
  counter(
    'upstream_ping_timeouts_total',
    'Connections that were given up, since a PING was not answered.',
    'pingTimeouts',
  );

  function counter(name: string, help: string, count: TransportCount): void {
    metrics.counter({ name, help, labelNames: ['upstream'] }, () =>
      clients
        .report()
        .flatMap(({ name: upstream, transport }) =>
          transport ? [{ labels: { upstream }, value: transport[count] }] : [],
        ),
    );
  }

  function gauge(
    name: string,
    help: string,
    aggregator: Aggregator,
    of: (report: Report) => Sample[],
    labelNames: string[] = [],
  ): void {
    metrics.gauge({ name, help, labelNames: ['upstream', ...labelNames], aggregator }, () =>
      clients
        .report()
        .flatMap((report) =>
          of(report).map(({ labels, value }) => ({ labels: { upstream: report.name, ...labels }, value })),
        ),
    );
  }
}
