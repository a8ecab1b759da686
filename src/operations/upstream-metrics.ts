import type { UpstreamClients } from '#libs/upstream';
import type { CollectedMetrics, Sample } from '#libs/metrics';

type Report = ReturnType<UpstreamClients['report']>[number];
type TransportCount = keyof NonNullable<Report['transport']>;

const STATES = ['CONNECTING', 'READY', 'DRAINING'] as const;

/**
 * Registers the metrics of upstreams: breakers and connections. Values that a client does not count are left out.
 */
export function exposeUpstreams(clients: UpstreamClients, metrics: CollectedMetrics): void {
  const perUpstream = (of: (report: Report) => Sample[]) => () =>
    clients
      .report()
      .flatMap((report) =>
        of(report).map(({ labels, value }) => ({ labels: { upstream: report.name, ...labels }, value })),
      );

  // Of several workers each has connections and breakers of its own, but all have the same addresses.
  metrics.gauge(
    {
      name: 'upstream_breaker_open',
      help: '1 while the breaker of a method is open, half-open or ramping in any worker; 0 while all are closed.',
      labelNames: ['upstream', 'method'],
      aggregator: 'max',
    },
    perUpstream(({ methods }) =>
      methods.map(({ method, breaker }) => ({ labels: { method }, value: breaker.state === 'CLOSED' ? 0 : 1 })),
    ),
  );
  metrics.gauge(
    {
      name: 'upstream_addresses',
      help: 'Addresses that the names of a service stand for now.',
      labelNames: ['upstream'],
      aggregator: 'max',
    },
    // A name that has not been resolved yet counts as one.
    perUpstream(({ addresses }) => [{ value: addresses.reduce((sum, { ips }) => sum + (ips?.length || 1), 0) }]),
  );
  metrics.gauge(
    {
      name: 'upstream_addresses_ejected',
      help: 'Addresses that are left out, since they only fail.',
      labelNames: ['upstream'],
      aggregator: 'max',
    },
    perUpstream(({ addresses }) => [{ value: addresses.filter(({ isEjected }) => isEjected).length }]),
  );
  metrics.gauge(
    {
      name: 'upstream_connections_open',
      help: 'Connections by state: CONNECTING, READY, and DRAINING, which takes no new calls. REST has READY only.',
      labelNames: ['upstream', 'state'],
      aggregator: 'sum',
    },
    perUpstream(({ addresses }) =>
      STATES.map((state) => {
        const open = addresses.flatMap(({ connections }) => connections);
        return { labels: { state }, value: open.filter((one) => one.state === state).length };
      }),
    ),
  );
  counter('upstream_connections_opened_total', 'gRPC connections opened.', 'connectionsOpened');
  counter('upstream_goaways_total', 'GOAWAY frames received: a server ends a connection.', 'goaways');
  counter(
    'upstream_transparent_retries_total',
    'Calls sent again because the server had not processed them; not counted as retries.',
    'transparentRetries',
  );
  counter('upstream_pings_total', 'PING frames sent.', 'pings');
  counter('upstream_ping_timeouts_total', 'Connections closed because a PING was not answered.', 'pingTimeouts');

  function counter(name: string, help: string, count: TransportCount): void {
    metrics.counter(
      { name, help, labelNames: ['upstream'] },
      perUpstream(({ transport }) => (transport ? [{ value: transport[count] }] : [])),
    );
  }
}
