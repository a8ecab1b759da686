import { randomUUID } from 'node:crypto';
import { openAnswers, orders as wire } from '#libs/contracts';
import { GatewayError, upstreamDetails } from '#libs/errors';
import {
  amount,
  type AnswerStream,
  type Context,
  type GrpcClient,
  idleLimited,
  instant,
  type Listed,
  present,
  presentId,
  readEach,
  readThings,
  translated,
  unreadable,
  wholeNumber,
} from '#libs/upstream';
import {
  type ExportedOrder,
  type NewOrder,
  type Order,
  type OrderList,
  type OrderListQuestion,
  type OrderMove,
  Orders,
  type OrderStatus,
  type UnreadableMove,
} from './orders.port.ts';

/** The longest silence of an export, in milliseconds. */
const EXPORT_IDLE_MS = 10_000;

const { OrderStatus: Status } = wire;
const rpc = openAnswers(wire.OrdersServiceService);

/** Orders over `shop.orders.v1`. */
export class OrdersGrpc extends Orders {
  private readonly calls;

  constructor(client: GrpcClient) {
    super();
    this.calls = {
      recent: client.unary(rpc.listRecentOrders),
      list: client.unary(rpc.listOrders),
      byIds: client.unary(rpc.batchGetOrders),
      // Safe to retry: each request carries a request id (AIP-155).
      place: client.unary(rpc.placeOrder, { isIdempotent: true }),
      cancel: client.unary(rpc.cancelOrder, { isIdempotent: true }),
      anonymize: client.unary(rpc.anonymizeOrders, { isIdempotent: true }),
      watch: client.stream(rpc.watchOrder),
      exportAll: client.stream(rpc.exportOrders),
    };
  }

  async recent(context: Context, first: number): Promise<Listed<Order>[]> {
    const { orders } = await this.calls.recent(context, { pageSize: first });
    return readEach(orders, toOrder);
  }

  async list(context: Context, { status, first, after = '' }: OrderListQuestion): Promise<OrderList> {
    const question = { status: status ? Status[status] : Status.UNSPECIFIED, pageSize: first, pageToken: after };
    const answer = await this.calls.list(context, question).catch(explainCursor);
    return {
      orders: readEach(answer.orders, toOrder),
      cursors: answer.pageTokens,
      nextCursor: answer.nextPageToken || undefined,
    };
  }

  async byIds(context: Context, ids: readonly string[]): Promise<Listed<Order>[]> {
    const { orders } = await this.calls.byIds(context, { ids: [...ids] });
    return readThings(ids, orders, toOrder);
  }

  async place(context: Context, order: NewOrder): Promise<Order> {
    const placed = await this.calls.place(context, order);
    return toOrder(present(placed.order, 'order'));
  }

  async cancel(context: Context, id: string): Promise<Order> {
    const cancelled = await this.calls.cancel(context, { id, requestId: randomUUID() }).catch((error: unknown) => {
      if (upstreamDetails(error).reason !== 'NOT_CANCELLABLE') throw error;
      throw new GatewayError('NOT_CANCELLABLE', { detail: 'The order has gone too far.', cause: error });
    });
    return toOrder(present(cancelled.order, 'order'));
  }

  async anonymize(context: Context): Promise<number> {
    const { orderCount } = await this.calls.anonymize(context, { requestId: randomUUID() });
    return orderCount;
  }

  async exportAll(context: Context, afterId = ''): Promise<AnswerStream<Listed<ExportedOrder>[]>> {
    const batches = await this.calls.exportAll(context, { afterOrderId: afterId }).catch(explainCursor);
    return translated(
      idleLimited(batches, EXPORT_IDLE_MS),
      ({ orders }) => readEach(orders, toExported),
      explainCursor,
    );
  }

  async watch(context: Context, id: string): Promise<AnswerStream<OrderMove | UnreadableMove>> {
    const moves = await this.calls.watch(context, { id, afterSequence: 0 });
    let last = 0;
    return translated(moves, (move) => {
      const read = toMove(move, last);
      last = read.sequence;
      return read;
    });
  }
}

function toOrder({ id, status, total, placedAt, lines, reservationId }: wire.Order): Order {
  return {
    id: presentId(id),
    status: toStatus(status),
    total: amount(total, 'total'),
    placedAt: instant(placedAt, 'placed_at'),
    lines: lines.map(toLine),
    reservationId,
  };
}

const toExported = (order: wire.Order): ExportedOrder => ({
  ...toOrder(order),
  ownerId: presentId(order.userId, 'user_id'),
});

function toLine({ productId, name, quantity, unitPrice }: wire.OrderLine): Order['lines'][number] {
  return {
    productId: presentId(productId, 'product_id'),
    name,
    quantity: wholeNumber(quantity, 1, 'quantity'),
    unitPrice: amount(unitPrice, 'unit_price'),
  };
}

/** Maps a status; enums of proto3 are open, so unknown values are refused. */
function toStatus(status: wire.OrderStatus): OrderStatus {
  if (status === Status.UNSPECIFIED || !(status in Status)) throw unreadable('status is unknown');
  return Status[status] as OrderStatus;
}

/** @param last the number of the previous move */
function toMove(move: wire.WatchOrderResponse, last: number): OrderMove | UnreadableMove {
  const { sequence, orderId, status, occurredAt } = move;
  try {
    return {
      sequence: wholeNumber(sequence, 1, 'sequence'),
      orderId: presentId(orderId, 'order_id'),
      status: toStatus(status),
      occurredAt: instant(occurredAt, 'occurred_at'),
    };
  } catch {
    const isNumbered = Number.isSafeInteger(sequence) && sequence > last;
    return { sequence: isNumbered ? sequence : Math.floor(last) + 0.5, isUnreadable: true };
  }
}

/** The fields of positions, and what they have to be. */
const POSITIONS: Readonly<Record<string, string>> = {
  page_token: 'Must be a cursor of an earlier page of the same list',
  after_order_id: 'Must be the id of an order of the same export',
};

function explainCursor(error: unknown): never {
  const message = upstreamDetails(error)
    .violations?.map(({ field }) => POSITIONS[field])
    .find(Boolean);
  if (!message) throw error;
  const errors = [{ field: 'after', message }];
  throw new GatewayError('VALIDATION_FAILED', { detail: 'There is no such position.', errors, cause: error });
}
