import { constants } from 'node:http2';
import * as contracts from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext, LyingGrpc } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { OrdersGrpc } from './orders/orders.grpc.ts';
import { ProductsGrpc } from './products/products.grpc.ts';

const { orders, products } = contracts;

const isService = (value: unknown): value is ServiceDefinition =>
  typeof value === 'object' &&
  Object.values(value ?? {}).some((method: unknown) => Object(method).requestDeserialize);

/** The gRPC services of all contracts. */
const services = Object.values(contracts).flatMap((contract) => Object.values(contract).filter(isService));

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const context = aContext();
const cleanups: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A service that refuses each call the first time, and a client. */
async function refusing(definition: ServiceDefinition, answer: object) {
  const methods = Object.values(definition).map(({ path }) => path.split('/')[2]!);
  const truths = Object.fromEntries(methods.map((name) => [name, () => answer]));
  const service = await LyingGrpc.open(definition, truths);
  cleanups.push(() => service.close());
  let isRefused = false;
  service.answerWith((stream, _call, truth) => {
    isRefused = !isRefused;
    if (isRefused) stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else truth();
  });
  const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
  cleanups.push(() => clients.close());
  return { service, client: clients.grpc('shop', [service.address]) };
}

/** The RPCs that the tests have seen called. */
const seen = new Set<string>();

function sentIds({ taken }: LyingGrpc) {
  for (const { method } of taken) seen.add(method);
  return taken.map(({ question }) => (question as { requestId?: string }).requestId);
}

const WRITES: [string, (given: ProductsGrpc) => Promise<unknown>][] = [
  ['reserves', (given) => given.reserve(context, 'r1', [])],
  ['confirms', (given) => given.confirm(context, 'r1')],
  ['releases', (given) => given.release(context, 'r1')],
  ['imports', (given) => given.importBatch(context, 'i1', 0, [])],
];

describe('a write over gRPC', () => {
  it.each(WRITES)(
    'that %s goods is keyed: a retry has the same request id, another write has another',
    async (_, write) => {
      const { service, client } = await refusing(products.ProductsServiceService, { created: 0, updated: 0 });
      const adapter = new ProductsGrpc(client);
      await write(adapter);
      await write(adapter);
      const [first, again, second, secondAgain] = sentIds(service);
      expect([first, second]).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
      expect([again, secondAgain]).toEqual([first, second]);
      expect(second).not.toBe(first);
    },
  );

  it('that cancels an order is keyed, and one that places an order has the request id of its caller', async () => {
    const total = { amountMinor: 1, currency: 'USD' };
    const order = {
      id: 'o1',
      status: 1,
      total,
      placedAt: new Date(0),
      lines: [],
      userId: 'u1',
      reservationId: '',
    };
    const { service, client } = await refusing(orders.OrdersServiceService, { order });
    const adapter = new OrdersGrpc(client);
    await adapter.cancel(context, 'o1');
    await adapter.place(context, { requestId: 'k1', reservationId: 'r1', lines: [] });
    const [cancelled, again, ...placed] = sentIds(service);
    expect(cancelled).toMatch(UUID);
    expect(again).toBe(cancelled);
    expect(placed).toEqual(['k1', 'k1']);
  });

  it('that gives orders another owner is keyed', async () => {
    const { service, client } = await refusing(orders.OrdersServiceService, { orderCount: 2 });
    expect(await new OrdersGrpc(client).anonymize(context)).toBe(2);
    const [first, again] = sentIds(service);
    expect(first).toMatch(UUID);
    expect(again).toBe(first);
  });

  it('of every contract is called by this spec', () => {
    const reads = /^(Get|List|BatchGet|Search|Watch|Export)/;
    const writes = services
      .flatMap((service) => Object.values(service))
      .map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
      .filter((name) => !reads.test(name));
    expect([...seen].toSorted()).toEqual(writes.toSorted());
  });
});
