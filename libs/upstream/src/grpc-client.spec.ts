import { orders, statusWithDetails } from '#libs/contracts';
import { codeByGrpcStatus, GatewayError, upstreamDetails } from '#libs/errors';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenVerifier } from '#libs/internal-token';
import { status as Code } from '@grpc/grpc-js';
import { describe, expect, it, jest } from '@jest/globals';
import { freePort } from '#libs/testing';
import { Context, GrpcClient } from '#libs/upstream';
import { type CancelOrder, GRPC_IMPLEMENTATIONS, grpcUpstreams, rpc } from './grpc-upstream.fixture.ts';
import { clientOptions } from './policies/upstream.fixture.ts';

jest.setTimeout(60_000);

describe.each(GRPC_IMPLEMENTATIONS)('by %s:', (implementation) => {
  const { upstream, clientOf } = grpcUpstreams(implementation);
  const ada = { id: 'u1', scopes: ['orders:write'] };
  const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=1' };
  const aContext = (more: object = {}) =>
    new Context({ log: { requestId: 'r-1' }, caller: ada, timeoutMs: 30_000, ...more });

  /** Answers with an order of the id that was asked for. */
  const echo: CancelOrder = ({ request: { id } }, done) => done(null, { order: orders.Order.fromPartial({ id }) });

  async function failureOf(answer: CancelOrder): Promise<GatewayError> {
    const { address } = await upstream(answer);
    return clientOf(address)
      .unary(rpc)(aContext(), { id: 'o1' })
      .then(
        () => Promise.reject(new Error('the call did not fail')),
        (error: GatewayError) => error,
      );
  }

  describe('a gRPC call', () => {
    it('answers what its upstream answers', async () => {
      const { address, received } = await upstream(echo);
      const { order } = await clientOf(address).unary(rpc)(aContext(), { id: 'o-ä' });
      expect(order?.id).toBe('o-ä');
      expect(received).toMatchObject([{ id: 'o-ä' }]);
    });

    it('may be given its address as a URL', async () => {
      const { address } = await upstream(echo);
      expect(await clientOf(`grpc://${address}`).unary(rpc)(aContext(), { id: 'o1' })).toMatchObject({
        order: { id: 'o1' },
      });
    });

    it('tells its upstream who asks, by a token for this upstream alone', async () => {
      const { address, received } = await upstream(echo);
      await clientOf(address).unary(rpc)(aContext(), { id: 'o1' });
      const [authorization] = received[0]!.metadata.get('authorization') as string[];
      expect(new InternalTokenVerifier([DEMO_INTERNAL_TOKEN_KEY], 'orders').verify(authorization)).toEqual(ada);
      expect(() => new InternalTokenVerifier([DEMO_INTERNAL_TOKEN_KEY], 'users').verify(authorization)).toThrow();
    });

    it('tells its upstream what request it is for, and how long there is', async () => {
      const { address, received } = await upstream(echo);
      await clientOf(address).unary(rpc)(aContext({ trace }), { id: 'o1' });
      const { metadata, timeoutMs } = received[0]!;
      expect(metadata.getMap()).toMatchObject({ 'x-request-id': 'r-1', ...trace });
      expect(timeoutMs).toBeGreaterThan(2_000);
      expect(timeoutMs).toBeLessThanOrEqual(30_000);
    });

    it('tells its upstream of no trace where there is none', async () => {
      const { address, received } = await upstream(echo);
      await clientOf(address).unary(rpc)(aContext(), { id: 'o1' });
      expect(received[0]!.metadata.getMap()).not.toHaveProperty('traceparent');
      expect(received[0]!.metadata.getMap()).not.toHaveProperty('tracestate');
    });

    it('is tried again where it may be, and every try is told of', async () => {
      const answers: CancelOrder[] = [(_, done) => done({ code: Code.UNAVAILABLE }), echo];
      const { address, received } = await upstream((call, done) => answers.shift()!(call, done));
      const options = { ...clientOptions('orders', {}), implementation };
      const client = new GrpcClient([address], options);
      const answer = await client.unary(rpc, { isIdempotent: true })(aContext(), { id: 'o1' });
      expect([answer.order?.id, received.length]).toEqual(['o1', 2]);
      expect(options.tries.map(({ outcome, number, method }) => [method, number, outcome])).toEqual([
        ['CancelOrder', 1, 'UPSTREAM_UNAVAILABLE'],
        ['CancelOrder', 2, 'OK'],
      ]);
      await client.close();
    });

    it('is sent once where it may not come twice', async () => {
      const { address, received } = await upstream((_, done) => done({ code: Code.UNAVAILABLE }));
      const client = new GrpcClient([address], { ...clientOptions('orders', {}), implementation });
      await expect(client.unary(rpc)(aContext(), { id: 'o1' })).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
      expect(received).toHaveLength(1);
      await client.close();
    });

    it('that may come but once goes to another address where one cannot be reached', async () => {
      const { address, received } = await upstream(echo);
      const client = new GrpcClient([`127.0.0.1:${await freePort()}`, address], {
        ...clientOptions('orders', {}),
        implementation,
      });
      const cancel = client.unary(rpc);
      await Promise.all(['o1', 'o2', 'o3', 'o4'].map((id) => cancel(aContext(), { id })));
      expect(received).toHaveLength(4);
      await client.close();
    });

    it('goes to another address where one cannot be reached', async () => {
      const { address } = await upstream(echo);
      const client = new GrpcClient([`127.0.0.1:${await freePort()}`, address], {
        ...clientOptions('orders', {}),
        implementation,
      });
      const cancel = client.unary(rpc, { isIdempotent: true });
      const answers = await Promise.all(['o1', 'o2', 'o3', 'o4'].map((id) => cancel(aContext(), { id })));
      expect(answers.map(({ order }) => order?.id)).toEqual(['o1', 'o2', 'o3', 'o4']);
      await client.close();
    });
  });

  describe('a gRPC call fails', () => {
    const statuses = Object.entries(Code).filter((entry): entry is [string, Code] => Number(entry[1]) > 0);

    it.each(statuses)(
      'where the upstream answers %s, in the words of the catalogue and none of its own',
      async (_, code) => {
        const error = await failureOf((__, done) => done({ code, details: 'the table orders is locked' }));
        expect(error).toBeInstanceOf(GatewayError);
        expect(error.code).toBe(codeByGrpcStatus[code] ?? 'UPSTREAM_BAD_RESPONSE');
        expect(error.message).not.toContain('locked');
        expect(error.cause).toMatchObject({
          code,
          message: expect.stringContaining('the table orders is locked'),
        });
      },
    );

    it('with the details the upstream gave, for who can act on them', async () => {
      const details = { reason: 'NOT_CANCELLABLE', domain: 'shop.orders.v1', metadata: { status: 'SHIPPED' } };
      const status = statusWithDetails(Code.FAILED_PRECONDITION, 'too late', details);
      const error = await failureOf((_, done) => done(status as never));
      expect(error.code).toBe('CONFLICT');
      expect(upstreamDetails(error)).toMatchObject(details);
    });

    it('with UPSTREAM_BAD_RESPONSE where the answer is beyond 10 MiB', async () => {
      const order = orders.Order.fromPartial({ id: 'x'.repeat(11 * 1024 * 1024) });
      expect((await failureOf((_, done) => done(null, { order }))).code).toBe('UPSTREAM_BAD_RESPONSE');
    });

    it('with UPSTREAM_BAD_RESPONSE where nobody answers that RPC', async () => {
      const { address } = await upstream(echo);
      const call = clientOf(address).unary(orders.OrdersServiceService.placeOrder)(aContext(), {} as never);
      await expect(call).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    });
  });

  describe('whether a gRPC upstream is ready', () => {
    it.each([
      ['SERVING', true],
      ['NOT_SERVING', false],
      ['UNKNOWN', false],
    ] as const)('is what it says itself: %s is %p', async (health, isReady) => {
      const { address } = await upstream(echo, { health: { '': health } });
      expect(await clientOf(address).isReady(aContext())).toBe(isReady);
    });

    it('is yes where it answers without a health service', async () => {
      const { address } = await upstream(echo);
      expect(await clientOf(address).isReady(aContext())).toBe(true);
    });
  });
});
