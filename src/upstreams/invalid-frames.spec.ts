import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { orders as wire } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext, grpcLies, LyingGrpc } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { OrdersGrpc } from './orders/orders.grpc.ts';

let service: LyingGrpc;
let clients: UpstreamClients;

beforeEach(async () => {
  service = await LyingGrpc.open(wire.OrdersServiceService, {
    ListRecentOrders: () => ({ orders: [] }),
    ListOrders: () => ({ orders: [], pageTokens: [], nextPageToken: '' }),
  });
  clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
});
afterEach(async () => {
  await clients.close();
  await service.close();
});

/** Reads of another method, on the same connection as far as it lives. */
const beside = (orders: OrdersGrpc) =>
  Promise.all(Array.from({ length: 5 }, () => orders.list(aContext(), { first: 3 })));

describe('a gRPC service that violates HTTP/2', () => {
  it.each(['dataOnStreamZero', 'invalidHpack'] as const)(
    'once has all reads of its connection answered by their second attempt: %s',
    async (lie) => {
      const orders = new OrdersGrpc(clients.grpc('orders', [service.address]));
      await orders.list(aContext(), { first: 3 });
      service.answerWith((...call) => {
        service.stopLying();
        grpcLies[lie](...call);
      });
      const [recent, pages] = await Promise.all([orders.recent(aContext(), 3), beside(orders)]);
      expect([recent, ...pages.map((page) => page.orders)].flat()).toEqual([]);
    },
  );

  it.each(['dataOnStreamZero', 'invalidHpack'] as const)('each time is unavailable: %s', async (lie) => {
    const orders = new OrdersGrpc(clients.grpc('orders', [service.address]));
    service.answerWith(grpcLies[lie]);
    await expect(orders.recent(aContext(), 3)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    service.stopLying();
    expect(await orders.recent(aContext(), 3)).toEqual([]);
  });

  it('by trailers that come twice gives a bad response, and answers the reads beside it', async () => {
    const orders = new OrdersGrpc(clients.grpc('orders', [service.address]));
    service.answerWith(grpcLies.trailersTwice, { methods: ['ListRecentOrders'] });
    const spoilt = orders.recent(aContext(), 3);
    const pages = beside(orders);
    await expect(spoilt).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    expect((await pages).flatMap((page) => page.orders)).toEqual([]);
  });
});
