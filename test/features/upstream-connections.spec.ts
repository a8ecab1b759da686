import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dnsForTests, eventually } from '#libs/testing';
import { Client } from '#test/support/client';
import { reportOf } from '#test/support/operators';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';

const HOME = '/v1/home?fields=recentOrders.id,degraded';

const dns = dnsForTests();
let shop: Shop;
/** It finds the orders by a name of two addresses, on one of which nobody listens. */
let gateway: SecondGateway;
/** The same, by way of grpc-js. */
let other: SecondGateway;

beforeAll(async () => {
  shop = await Shop.open();
  dns.server.set(
    'orders.test',
    ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, ttl: 60 })),
  );
  const byName = ({ orders }: Record<string, string>) => ({
    CACHE: 'off',
    ORDERS_URL: `orders.test:${orders!.split(':')[1]};weight=2`,
  });
  gateway = await secondGateway(shop, byName);
  other = await secondGateway(shop, (at) => ({ ...byName(at), GRPC_CLIENT: 'grpc-js' }));
});
afterAll(async () => {
  await Promise.all([gateway?.gateway.stop(), other?.gateway.stop()]);
  await shop?.close();
});

const metricsOf = async ({ gateway: { adminUrl } }: SecondGateway) =>
  (await (await fetch(`${adminUrl}/metrics`)).text())
    .split('\n')
    .filter((line) => line.includes('upstream="orders"'));

const valueOf = (lines: string[], name: string) =>
  Number(
    lines
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1),
  );

describe('a service that is a name', () => {
  it('is in the line of the start as it is configured', async () => {
    const { upstreams } = (await gateway.log.first({ msg: 'listening' })) as Record<
      string,
      { addresses: string[] }[]
    >;
    expect(upstreams![1]!.addresses).toEqual([expect.stringMatching(/^orders\.test:\d+;weight=2$/)]);
  });

  it('shows operators its addresses, and the connections to each', async () => {
    const ada = await Client.of(gateway, 'ada');
    const grace = await Client.of(gateway, 'grace');
    for (let i = 0; i < 5; i += 1) expect((await ada.get(HOME)).body.degraded).toEqual([]);
    const [, orders] = await reportOf(gateway, grace);
    expect(orders!.targets).toEqual([expect.stringMatching(/^orders\.test:/)]);
    expect(orders!.addresses.map(({ address }) => address.split(':')[0])).toEqual(['127.0.0.1', '127.0.0.2']);
    expect(orders!.addresses[0]).toMatchObject({ weight: 2 });
    expect(orders!.addresses[0]!.connections).toEqual([
      { state: 'READY', calls: 0, ageSeconds: expect.any(Number) },
    ]);
    expect(orders!.transport).toMatchObject({ connectionsOpened: 1, goaways: 0, pingTimeouts: 0 });
    const lines = await metricsOf(gateway);
    expect(lines).toContain('upstream_addresses{upstream="orders"} 2');
    expect(lines).toContain('upstream_connections_open{upstream="orders",state="READY"} 1');
    expect(lines).toContain('upstream_connections_opened_total{upstream="orders"} 1');
  });

  it('has a GOAWAY counted when it is restarted, and the connection that comes after', async () => {
    const ada = await Client.of(gateway, 'ada');
    await shop.stop('orders');
    await shop.start('orders');
    await eventually(async () => (await ada.get(HOME)).body.degraded.length === 0);
    const lines = await metricsOf(gateway);
    expect(valueOf(lines, 'upstream_goaways_total')).toBeGreaterThanOrEqual(1);
    expect(valueOf(lines, 'upstream_connections_opened_total')).toBeGreaterThanOrEqual(2);
  });

  it('answers by way of grpc-js as well, which counts less', async () => {
    const ada = await Client.of(other, 'ada');
    const grace = await Client.of(other, 'grace');
    await eventually(async () => (await ada.get(HOME)).body.degraded.length === 0);
    const [, orders] = await reportOf(other, grace);
    expect(orders!.transport).toBeUndefined();
    expect(orders!.addresses[0]!.connections).toEqual([{ state: 'READY' }]);
    const lines = await metricsOf(other);
    expect(valueOf(lines, 'upstream_addresses{')).toBe(2);
    expect(lines.filter((line) => /^upstream_(goaways|pings)_total/.test(line))).toEqual([]);
  });
});
