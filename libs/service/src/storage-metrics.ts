import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listening } from '#libs/process';
import { poolOf, type Reads } from '#libs/storage';
import { Counter, Gauge, Registry } from 'prom-client';
import type { AnySchema } from '#libs/storage';

/** The metrics of a storage, named by the database conventions of OpenTelemetry. */
export function storageMetrics(name: string, reads: Reads<AnySchema>): Registry {
  const registry = new Registry();
  const registers = [registry];
  const pools = reads.databases.map(
    (db, index) => [index ? `${name}-replica-${index}` : name, poolOf(db)] as const,
  );
  const labelNames = ['pool'];
  new Gauge({
    name: 'db_client_connection_count',
    help: 'Connections in use.',
    ...{ labelNames, registers },
    collect() {
      for (const [pool, { inUse }] of pools) this.set({ pool }, inUse);
    },
  });
  new Gauge({
    name: 'db_client_connection_max',
    help: 'The most connections of the pool.',
    ...{ labelNames, registers },
    collect() {
      for (const [pool, { max }] of pools) this.set({ pool }, max);
    },
  });
  new Gauge({
    name: 'db_client_connection_pending_requests',
    help: 'Queries and transactions that wait for a connection.',
    ...{ labelNames, registers },
    collect() {
      for (const [pool, { waiting }] of pools) this.set({ pool }, waiting);
    },
  });
  new Counter({
    name: 'db_client_connection_timeouts_total',
    help: 'Queries and transactions that failed for want of a connection, after the wait or because too many waited.',
    labelNames: ['pool', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const [pool, { timeouts, refused }] of pools) {
        this.inc({ pool, reason: 'wait' }, timeouts);
        this.inc({ pool, reason: 'queue' }, refused);
      }
    },
  });
  new Counter({
    name: 'db_replica_reads_total',
    help: 'Reads that replicas were there for, by the database that answered.',
    labelNames: ['from'],
    registers,
    collect() {
      this.reset();
      for (const [from, count] of Object.entries(reads.statistics)) this.inc({ from }, count);
    },
  });
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
