import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { orders, products, statusWithDetails } from '#libs/contracts';
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerOptions,
  status as Status,
} from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { expected } from '#test/neighbours/grpc/shop-answers';
import { Work } from './work.ts';

// Products and orders, served by grpc-js. Ends when its standard input does.

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    work: { type: 'string' },
    name: { type: 'string', default: 'grpc-js' },
    'max-connection-age-ms': { type: 'string' },
    'max-connection-age-grace-ms': { type: 'string' },
    health: { type: 'boolean' },
  },
});
const work = new Work(given.work!, given.name);

/** Answers of an RPC, from its question. */
const unary =
  <Question, Answer>(act: (question: Question) => Answer | Promise<Answer>): handleUnaryCall<Question, Answer> =>
  (call, done) =>
    void Promise.resolve(act(call.request)).then(
      (answer) => done(null, answer),
      (error) => done(error),
    );

/** The ids say what it does: `status-5`, `details-20`, `sleep-300`; all else is an order. */
async function batchGetOrders({ ids }: orders.BatchGetOrdersRequest): Promise<orders.BatchGetOrdersResponse> {
  const [, kind, value] = /^(status|details|sleep)-(\d+)$/.exec(ids[0] ?? '') ?? [];
  if (kind === 'status' && value !== '0')
    throw Object.assign(new Error(), { code: Number(value), details: `Größe № ${value}: 100 %, 日本 ✓` });
  if (kind === 'details') {
    const details = { reason: 'R'.repeat(Number(value)), domain: 'shop' };
    throw Object.assign(new Error(), statusWithDetails(Status.FAILED_PRECONDITION, 'with details', details));
  }
  if (kind === 'sleep') await wait(Number(value));
  return { orders: ids.map((id) => expected.order(id)) };
}

/** The id says what it does: `late-2500` answers first after 2.5 s, `quiet` goes silent after the first move. */
const watchOrder: handleServerStreamingCall<orders.WatchOrderRequest, orders.WatchOrderResponse> = (call) =>
  void (async () => {
    const { id } = call.request;
    const [kind, value] = id.split('-');
    if (kind === 'late') await wait(Number(value));
    call.write({ sequence: 1, orderId: id, status: orders.OrderStatus.PLACED, occurredAt: expected.at });
    if (kind !== 'quiet') call.end();
  })();

const options: ServerOptions = {};
const ageMs = given['max-connection-age-ms'];
const graceMs = given['max-connection-age-grace-ms'];
if (ageMs) options['grpc.max_connection_age_ms'] = Number(ageMs);
if (graceMs) options['grpc.max_connection_age_grace_ms'] = Number(graceMs);

const server = new Server(options);
server.addService(products.ProductsServiceService, {
  batchGetProducts: unary(({ ids }: products.BatchGetProductsRequest) => ({
    products: ids.map((id) => expected.product(id)),
  })),
  reserveStock: unary(async ({ reservationId }: products.ReserveStockRequest) => {
    await work.run('ReserveStock', reservationId, true);
    return { expiresAt: expected.at };
  }),
} as never);
server.addService(orders.OrdersServiceService, {
  listRecentOrders: unary(({ pageSize }: orders.ListRecentOrdersRequest) => ({
    orders: Array.from({ length: pageSize || 5 }, (_, index) => expected.order(`o${index}`)),
  })),
  batchGetOrders: unary(batchGetOrders),
  placeOrder: unary(async ({ requestId, lines, reservationId }: orders.PlaceOrderRequest) => {
    await work.run('PlaceOrder', requestId, true);
    return { order: { ...expected.order(`o-${requestId}`), lines, reservationId } };
  }),
  cancelOrder: unary(async ({ id }: orders.CancelOrderRequest) => {
    await work.run('CancelOrder', id, false);
    return { order: expected.order(id, orders.OrderStatus.CANCELLED) };
  }),
  watchOrder,
} as never);
if (given.health) new HealthImplementation({ '': 'SERVING' }).addToServer(server);

const port = await new Promise<number>((resolve, reject) => {
  server.bindAsync(`127.0.0.1:${given.port}`, ServerCredentials.createInsecure(), (error, bound) =>
    error ? reject(error) : resolve(bound),
  );
});
const { version } = createRequire(import.meta.url)('@grpc/grpc-js/package.json') as { version: string };
process.stdout.write(`listening ${port} grpc-js ${version}\n`);
process.stdin.on('end', () => process.exit()).resume();
