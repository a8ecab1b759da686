import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { UpstreamClients } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';
import { AggregatorRegistry, Registry } from 'prom-client';
import { CollectedMetrics } from '#libs/metrics';
import { exposeUpstreams } from './upstream-metrics.ts';

function exposed(implementation?: 'grpc-js') {
  const tokens = new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY);
  const clients = new UpstreamClients({ tokens, grpc: { implementation } });
  clients.rest('users', ['http://127.0.0.1:1', 'http://127.0.0.1:2']);
  clients.grpc('orders', ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3']);
  const registry = new Registry();
  exposeUpstreams(clients, new CollectedMetrics(registry));
  return { clients, registry };
}

const samplesOf = (text: string, upstream: string) =>
  text.split('\n').filter((line) => line.includes(`upstream="${upstream}"`));

describe('the metrics of upstreams', () => {
  it('have the addresses and connections of each upstream, and counters that end in _total', async () => {
    const { clients, registry } = exposed();
    const text = await registry.metrics();
    expect(samplesOf(text, 'orders')).toEqual([
      'upstream_addresses{upstream="orders"} 3',
      'upstream_addresses_ejected{upstream="orders"} 0',
      'upstream_connections_open{upstream="orders",state="CONNECTING"} 0',
      'upstream_connections_open{upstream="orders",state="READY"} 0',
      'upstream_connections_open{upstream="orders",state="DRAINING"} 0',
      'upstream_connections_opened_total{upstream="orders"} 0',
      'upstream_goaways_total{upstream="orders"} 0',
      'upstream_transparent_retries_total{upstream="orders"} 0',
      'upstream_pings_total{upstream="orders"} 0',
      'upstream_ping_timeouts_total{upstream="orders"} 0',
    ]);
    await clients.close();
  });

  it('leave out values that a client does not count', async () => {
    const { clients, registry } = exposed('grpc-js');
    const text = await registry.metrics();
    expect(samplesOf(text, 'users')).toEqual([
      'upstream_addresses{upstream="users"} 2',
      'upstream_addresses_ejected{upstream="users"} 0',
      ...['CONNECTING', 'READY', 'DRAINING'].map(
        (state) => `upstream_connections_open{upstream="users",state="${state}"} 0`,
      ),
    ]);
    expect(samplesOf(text, 'orders').filter((line) => line.includes('_total'))).toEqual([]);
    await clients.close();
  });

  it('add up the connections of several workers, but not their addresses', async () => {
    const workers = [exposed(), exposed()];
    workers[0]!.clients.all()[1]!.stats!.goaways = 2;
    workers[1]!.clients.all()[1]!.stats!.goaways = 3;
    const metrics = await Promise.all(workers.map(async ({ registry }) => registry.getMetricsAsJSON()));
    const all = AggregatorRegistry.aggregate(metrics);
    const text = await all.metrics();
    expect(text).toContain('upstream_addresses{upstream="orders"} 3');
    expect(text).toContain('upstream_goaways_total{upstream="orders"} 5');
    await Promise.all(workers.map(({ clients }) => clients.close()));
  });
});
