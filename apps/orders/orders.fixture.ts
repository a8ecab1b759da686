import { orders } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { unaryCall, calledFor, type Place } from '#libs/testing';
import { credentials, type Metadata } from '@grpc/grpc-js';
import { afterAll } from '@jest/globals';
import { readOrdersSettings } from './settings.ts';
import { startOrders } from './start-orders.ts';

/** A logged-in caller. */
export const user = (id: string, scopes: string[] = []): Metadata => calledFor({ id, scopes }, 'orders');

/** An order line as the gateway sends it. */
export function aLine(line: Partial<orders.OrderLine> = {}): orders.OrderLine {
  return {
    productId: 'p1',
    name: 'Lamp',
    quantity: 2,
    unitPrice: { amountMinor: 1_250, currency: 'USD' },
    ...line,
  };
}

/** Starts orders services in this process, and stops them after the last test of the suite. */
export function ordersForTests() {
  const cleanups: Array<() => Promise<void> | void> = [];
  afterAll(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  return async ({ dataDir, databaseUrl }: Place, settings: Record<string, string> = {}) => {
    const environment = { PORT: '0', DATA_DIR: dataDir, DATABASE_URL: databaseUrl, ...settings };
    const running = await startOrders(readOrdersSettings(environment), {
      logger: createLogger('orders', 'silent'),
    });
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= running.stop());
    const client = ordersClient(running.url);
    cleanups.push(stop, () => client.client.close());
    return { ...client, stop };
  };
}

/** A client of an orders service for tests. */
export function ordersClient(url: string) {
  const client = new orders.OrdersServiceClient(url, credentials.createInsecure());
  return {
    client,
    recent: (by: Metadata, pageSize = 0) => unaryCall(client, client.listRecentOrders, { pageSize }, by),
    list: (by: Metadata, requested: Partial<orders.ListOrdersRequest> = {}) =>
      unaryCall(client, client.listOrders, { status: 0, pageSize: 0, pageToken: '', ...requested }, by),
    byIds: (by: Metadata, ids: string[]) => unaryCall(client, client.batchGetOrders, { ids }, by),
    place: async (by: Metadata, requested: Partial<orders.PlaceOrderRequest> = {}) =>
      (
        await unaryCall(
          client,
          client.placeOrder,
          { requestId: '', lines: [aLine()], reservationId: '', ...requested },
          by,
        )
      ).order!,
    cancel: async (by: Metadata, id: string) => (await unaryCall(client, client.cancelOrder, { id }, by)).order!,
    watch: (by: Metadata, id: string, afterSequence = 0) => client.watchOrder({ id, afterSequence }, by),
  };
}

/** All moves of a watch, until it ends. */
export async function all(watch: AsyncIterable<orders.WatchOrderResponse>): Promise<orders.WatchOrderResponse[]> {
  const moves: orders.WatchOrderResponse[] = [];
  for await (const move of watch) moves.push(move);
  return moves;
}

/** Moves as `1 PLACED`. */
export function inWords(moves: orders.WatchOrderResponse[]): string[] {
  return moves.map(({ sequence, status }) => `${sequence} ${orders.OrderStatus[status]}`);
}
