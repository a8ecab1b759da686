import type { UpstreamClients } from '#libs/upstream';
import { Counter, Gauge, type Registry } from 'prom-client';

type Report = ReturnType<UpstreamClients['report']>[number];
type TransportCount = keyof NonNullable<Report['transport']>;

/** Adds what Prometheus scrapes of the connections to services; what a client does not count is left out. */
export function exposeUpstreams(clients: UpstreamClients, registry: Registry): void {
  const registers = [registry];
  gauge('upstream_addresses', 'Addresses that the names of a service stand for now.', 'max', ({ addresses }) => [
    { labels: {}, value: addresses.length },
  ]);
  gauge(
    'upstream_addresses_ejected',
    'Addresses that are left out, since they only fail.',
    'max',
    ({ addresses }) => [{ labels: {}, value: addresses.filter(({ isEjected }) => isEjected).length }],
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
    new Counter({
      name,
      help,
      labelNames: ['upstream'],
      registers,
      collect() {
        this.reset();
        for (const { name: upstream, transport } of clients.report()) {
          if (transport) this.inc({ upstream }, transport[count]);
        }
      },
    });
  }

  /** @param aggregator how those of several workers make one: each has connections of its own, but the same addresses */
  function gauge(
    name: string,
    help: string,
    aggregator: 'sum' | 'max',
    of: (report: Report) => { labels: Record<string, string>; value: number }[],
    labelNames: string[] = [],
  ): void {
    new Gauge({
      name,
      help,
      labelNames: ['upstream', ...labelNames],
      aggregator,
      registers,
      collect() {
        this.reset();
        for (const report of clients.report()) {
          for (const { labels, value } of of(report)) this.set({ upstream: report.name, ...labels }, value);
        }
      },
    });
  }
}

const STATES = ['CONNECTING', 'READY', 'DRAINING'] as const;
