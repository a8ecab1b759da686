import { orders, statusWithDetails } from '#libs/contracts';
import { codeByGrpcStatus, GatewayError, upstreamDetails } from '#libs/errors';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenVerifier } from '#libs/internal-token';
import { status as Code } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { Context, GrpcClient, type Policy } from '#libs/upstream';
import { type CancelOrder, grpcUpstreams, rpc } from './grpc-upstream.fixture.ts';

const { upstream, clientOf } = grpcUpstreams();
const ada = { id: 'u1', scopes: ['orders:write'] };
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const aContext = (more: object = {}) =>
  new Context({ log: { requestId: 'r-1' }, caller: ada, timeoutMs: 3_000, ...more });

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
    const { address, arrived } = await upstream(echo);
    const { order } = await clientOf(address).unary(rpc)(aContext(), { id: 'o-ä' });
    expect(order?.id).toBe('o-ä');
    expect(arrived).toMatchObject([{ id: 'o-ä' }]);
  });

  it('may be given its address as a URL', async () => {
    const { address } = await upstream(echo);
    expect(await clientOf(`grpc://${address}`).unary(rpc)(aContext(), { id: 'o1' })).toMatchObject({
      order: { id: 'o1' },
    });
  });

  it('tells its upstream who asks, by a token for this upstream alone', async () => {
    const { address, arrived } = await upstream(echo);
    await clientOf(address).unary(rpc)(aContext(), { id: 'o1' });
    const [authorization] = arrived[0]!.metadata.get('authorization') as string[];
    expect(new InternalTokenVerifier(DEMO_INTERNAL_TOKEN_KEY, 'orders').verify(authorization)).toEqual(ada);
    expect(() => new InternalTokenVerifier(DEMO_INTERNAL_TOKEN_KEY, 'users').verify(authorization)).toThrow();
  });

  it('tells its upstream what request it is for, and how long there is', async () => {
    const { address, arrived } = await upstream(echo);
    await clientOf(address).unary(rpc)(aContext({ traceparent }), { id: 'o1' });
    const { metadata, timeoutMs } = arrived[0]!;
    expect(metadata.getMap()).toMatchObject({ 'x-request-id': 'r-1', traceparent });
    expect(timeoutMs).toBeGreaterThan(2_000);
    expect(timeoutMs).toBeLessThanOrEqual(3_000);
  });

  it('tells its upstream of no trace where there is none', async () => {
    const { address, arrived } = await upstream(echo);
    await clientOf(address).unary(rpc)(aContext(), { id: 'o1' });
    expect(arrived[0]!.metadata.getMap()).not.toHaveProperty('traceparent');
  });

  it('is wrapped in the policies of its client, and named after its RPC', async () => {
    const { address } = await upstream(echo);
    const seen: object[] = [];
    const policy: Policy = (call, info) => (seen.push(info), call);
    const client = new GrpcClient(address, {
      name: 'orders',
      policies: [policy],
      tokens: { sign: () => 't' } as never,
    });
    expect(await client.unary(rpc)(aContext(), { id: 'o1' })).toMatchObject({ order: { id: 'o1' } });
    expect(seen).toEqual([{ upstream: 'orders', method: 'CancelOrder' }]);
    expect(client.name).toBe('orders');
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
      expect(error.cause).toMatchObject({ code, message: expect.stringContaining('the table orders is locked') });
    },
  );

  it('with the details the upstream gave, for who can act on them', async () => {
    const details = { reason: 'NOT_CANCELLABLE', domain: 'shop.orders.v1', metadata: { status: 'SHIPPED' } };
    const status = statusWithDetails(Code.FAILED_PRECONDITION, 'too late', details);
    const error = await failureOf((_, done) => done(status as never));
    expect(error.code).toBe('CONFLICT');
    expect(upstreamDetails(error)).toMatchObject(details);
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

  it('cannot be had where it has no health service', async () => {
    const { address } = await upstream(echo);
    await expect(clientOf(address).isReady(aContext())).rejects.toBeInstanceOf(GatewayError);
  });
});
