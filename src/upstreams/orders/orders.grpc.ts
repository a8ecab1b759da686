import { orders as wire } from '#libs/contracts';
import { GatewayError, upstreamDetails } from '#libs/errors';
import { type AnswerStream, type Context, type GrpcClient, translated } from '#libs/upstream';
import {
  type NewOrder,
  type Order,
  type OrderList,
  type OrderListQuestion,
  type OrderMove,
  Orders,
} from './orders.port.ts';

const { OrdersServiceService: rpc, OrderStatus: Status } = wire;

/** Orders over `shop.orders.v1`. */
export class OrdersGrpc extends Orders {
  private readonly calls;

  constructor(client: GrpcClient) {
    super();
    this.calls = {
      recent: client.unary(rpc.listRecentOrders),
      list: client.unary(rpc.listOrders),
      byIds: client.unary(rpc.batchGetOrders),
      // Both may come twice: the one carries a request id, the other leaves what is cancelled so.
      place: client.unary(rpc.placeOrder, { isIdempotent: true }),
      cancel: client.unary(rpc.cancelOrder, { isIdempotent: true }),
      watch: client.stream(rpc.watchOrder),
    };
  }

  async recent(context: Context, first: number): Promise<Order[]> {
    const { orders } = await this.calls.recent(context, { pageSize: first });
    return orders.map(toOrder);
  }

  async list(context: Context, { status, first, after = '' }: OrderListQuestion): Promise<OrderList> {
    const question = { status: status ? Status[status] : Status.UNSPECIFIED, pageSize: first, pageToken: after };
    const answer = await this.calls.list(context, question).catch(explainCursor);
    return {
      orders: answer.orders.map(toOrder),
      cursors: answer.pageTokens,
      nextCursor: answer.nextPageToken || undefined,
    };
  }

  async byIds(context: Context, ids: readonly string[]): Promise<Order[]> {
    const { orders } = await this.calls.byIds(context, { ids: [...ids] });
    return orders.map(toOrder);
  }

  async place(context: Context, order: NewOrder): Promise<Order> {
    const placed = await this.calls.place(context, order);
    return toOrder(present(placed.order));
  }

  async cancel(context: Context, id: string): Promise<Order> {
    const cancelled = await this.calls.cancel(context, { id }).catch((error: unknown) => {
      if (upstreamDetails(error).reason !== 'NOT_CANCELLABLE') throw error;
      throw new GatewayError('NOT_CANCELLABLE', { detail: 'The order has gone too far.', cause: error });
    });
    return toOrder(present(cancelled.order));
  }

  async watch(context: Context, id: string): Promise<AnswerStream<OrderMove>> {
    return translated(await this.calls.watch(context, { id, afterSequence: 0 }), toMove);
  }
}

function toOrder({ id, status, total, placedAt, lines, reservationId }: wire.Order): Order {
  return {
    id,
    status: present(Status[status]) as Order['status'],
    total: present(total),
    placedAt: present(placedAt).toISOString(),
    lines: lines.map((line) => ({ ...line, unitPrice: present(line.unitPrice) })),
    reservationId,
  };
}

function toMove({ sequence, orderId, status, occurredAt }: wire.WatchOrderResponse): OrderMove {
  return {
    sequence,
    orderId,
    status: present(Status[status]) as OrderMove['status'],
    occurredAt: present(occurredAt).toISOString(),
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: 'a field is missing' });
  return value;
}

function explainCursor(error: unknown): never {
  if (!upstreamDetails(error).violations?.some(({ field }) => field === 'page_token')) throw error;
  const errors = [{ field: 'after', message: 'Must be a cursor of an earlier page of the same list' }];
  throw new GatewayError('VALIDATION_FAILED', { detail: 'There is no such page.', errors, cause: error });
}
