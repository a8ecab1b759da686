import { orders } from '#libs/contracts';
import { type GrpcLie, LyingGrpc } from '#libs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Context } from './context.ts';
import { GrpcClient } from './grpc-client.ts';
import { GRPC_IMPLEMENTATIONS } from './grpc-upstream.fixture.ts';
import { clientOptions } from './policies/upstream.fixture.ts';

const service = orders.OrdersServiceService;
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The answer of a proxy in front of the service. */
const html =
  (status: number, headers: Record<string, string> = {}): GrpcLie =>
  (stream) => {
    stream.respond({ ':status': status, 'content-type': 'text/html', ...headers });
    stream.end('<h1>Too many requests</h1>');
  };

describe.each(GRPC_IMPLEMENTATIONS)(
  'a proxy that limits the callers of a gRPC service, by %s',
  (implementation) => {
    async function limited(lie: GrpcLie) {
      const upstream = await LyingGrpc.open(service, { ListRecentOrders: () => ({ orders: [] }) });
      const client = new GrpcClient([upstream.address], { ...clientOptions('orders', {}), implementation });
      cleanups.push(
        () => upstream.close(),
        () => client.close(),
      );
      const recent = client.unary(service.listRecentOrders);
      const context = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 1_000 });
      upstream.answerWith(lie);
      return { upstream, call: () => recent(context(), { pageSize: 3 }) };
    }

    it('by 429 is asked once, and is not taken for a fault of the service', async () => {
      const { upstream, call } = await limited(html(429));
      const failure = { code: 'OVERLOADED', isUpstreamFault: false, source: 'upstream', transient: undefined };
      for (let i = 0; i < 30; i += 1) await expect(call()).rejects.toMatchObject(failure);
      expect(upstream.taken).toHaveLength(30);
      upstream.stopLying();
      expect(await call()).toEqual({ orders: [] });
    });

    it('by 502 is a fault, as before', async () => {
      const { upstream, call } = await limited(html(502));
      await expect(call()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', isUpstreamFault: true });
      expect(upstream.taken.length).toBeGreaterThan(1);
    });

    it('has its Retry-After passed on to the client, in vain for this request', async () => {
      const { upstream, call } = await limited(html(429, { 'retry-after': '7' }));
      // grpc-js drops the headers of such a response: the default is passed on.
      const headers = { 'retry-after': implementation === 'http2' ? '7' : '1' };
      await expect(call()).rejects.toMatchObject({ code: 'OVERLOADED', headers });
      expect(upstream.taken).toHaveLength(1);
    });
  },
);
