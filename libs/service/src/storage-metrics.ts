import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CollectedMetrics } from '#libs/metrics';
import { listening } from '#libs/process';
import { poolOf, type Reads } from '#libs/storage';
import { Registry } from 'prom-client';
import type { AnySchema } from '#libs/storage';

/** The metrics of a storage, named by the database conventions of OpenTelemetry. */
export function storageMetrics(name: string, reads: Reads<AnySchema>): Registry {
  const registry = new Registry();
  const metrics = new CollectedMetrics(registry);
  const pools = reads.databases.map(
    (db, index) => [index ? `${name}-replica-${index}` : name, poolOf(db)] as const,
  );
  const labelNames = ['pool'];
  const ofPools = (read: (pool: (typeof pools)[number][1]) => number) => () =>
    pools.map(([pool, state]) => ({ labels: { pool }, value: read(state) }));
  metrics.gauge(
    { name: 'db_client_connection_count', help: 'Connections in use.', labelNames, aggregator: 'sum' },
    ofPools(({ inUse }) => inUse),
  );
  metrics.gauge(
    { name: 'db_client_connection_max', help: 'The most connections of the pool.', labelNames, aggregator: 'sum' },
    ofPools(({ max }) => max),
  );
  metrics.gauge(
    {
      name: 'db_client_connection_pending_requests',
      help: 'Queries and transactions that wait for a connection.',
      labelNames,
      aggregator: 'sum',
    },
    ofPools(({ waiting }) => waiting),
  );
  metrics.counter(
    {
      name: 'db_client_connection_timeouts_total',
      help: 'Queries and transactions that failed for want of a connection, after the wait or because too many waited.',
      labelNames: ['pool', 'reason'],
    },
    () =>
      pools.flatMap(([pool, { timeouts, refused }]) => [
        { labels: { pool, reason: 'wait' }, value: timeouts },
        { labels: { pool, reason: 'queue' }, value: refused },
      ]),
  );
  metrics.counter(
    {
      name: 'db_replica_reads_total',
      help: 'Reads that replicas were there for, by the database that answered.',
      labelNames: ['from'],
    },
    () => Object.entries(reads.statistics).map(([from, value]) => ({ labels: { from }, value })),
  );
  return registry;
}

/** Serves `/metrics` if a port is set. @throws {PortInUseError} */
export async function serveMetrics(
  name: string,
  { METRICS_PORT: port, HOST: host }: { METRICS_PORT?: number; HOST: string },
  reads: Reads<AnySchema>,
): Promise<{ close(): Promise<void>; url?: string }> {
  if (port === undefined) return { close: async () => undefined };
  const registry = storageMetrics(name, reads);
  const server = createServer(({ method, url }, response) => {
    const isFound = url?.split('?')[0] === '/metrics' && (method === 'GET' || method === 'HEAD');
    if (!isFound) response.writeHead(404).end();
    else
      void registry.metrics().then((text) => response.setHeader('Content-Type', registry.contentType).end(text));
  });
  await listening(once(server.listen(port, host), 'listening'), port, 'METRICS_PORT');
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { close, url: `http://${host}:${(server.address() as AddressInfo).port}` };
}
