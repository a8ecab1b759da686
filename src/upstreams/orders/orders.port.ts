import { cache, cacheEach, type Declarations, forgets } from '#libs/cache';
import {
  type AnswerStream,
  batched,
  type Context,
  type Listed,
  SharedStreams,
  type Unreadable,
} from '#libs/upstream';
import './orders.errors.ts';

/** Where an order can be, in the order it goes. */
export type OrderStatus = 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';

/** An amount in the minor unit of its currency (ISO 4217). */
export interface Money {
  amountMinor: number;
  currency: string;
}

/** One product of an order, with name and price as they were when it was placed. */
export interface OrderLine {
  productId: string;
  name: string;
  quantity: number;
  unitPrice: Money;
}

/** An order, as the house knows one. */
export interface Order {
  id: string;
  status: OrderStatus;
  total: Money;
  /** RFC 3339, UTC. */
  placedAt: string;
  lines: OrderLine[];
  /** The stock reservation it was placed with; empty for none. */
  reservationId: string;
}

/** A page of orders; `cursors[i]` goes on right after `orders[i]`, whether or not that can be read. */
export interface OrderList {
  orders: Listed<Order>[];
  cursors: string[];
  /** Undefined on the last page. */
  nextCursor: string | undefined;
}

/** Which page of orders. */
export interface OrderListQuestion {
  status?: OrderStatus;
  /** 1 to 100. */
  first: number;
  /** A cursor of an earlier page with the same status. */
  after?: string;
}

/** What is to be ordered. */
export interface NewOrder {
  /** The same of the same caller places nothing new. */
  requestId: string;
  reservationId: string;
  lines: OrderLine[];
}

/** One move of an order. */
export interface OrderMove {
  /** 1, 2, 3 … for one order. */
  sequence: number;
  orderId: string;
  status: OrderStatus;
  /** RFC 3339, UTC. */
  occurredAt: string;
}

/** A move that breaks the contract of the service, for example to a status that nobody knows. Others follow it. */
export interface UnreadableMove extends Pick<Unreadable, 'isUnreadable'> {
  /** Its own, or one between its neighbours'. */
  sequence: number;
}

/** Orders move by themselves, from one moment to the next: they are remembered to be shared and to stand in. */
const ORDERS = {
  ttl: 2,
  staleIfError: 600,
  scope: 'caller',
  tags: ({ caller }: Context) => [`orders:${caller.id}`],
} as const;

/**
 * What the gateway asks about orders. All of it is about the caller's own: others' do not exist. An order that breaks the
 * contract of the service, by any of its lines too, is `Unreadable` in its place of a list; where it is the answer, that is
 * UPSTREAM_BAD_RESPONSE.
 */
export abstract class Orders {
  /** What may be remembered of the answers. */
  static readonly cache: Declarations<Orders> = {
    recent: cache(ORDERS),
    list: cache(ORDERS),
    byIds: cacheEach(ORDERS),
    place: forgets(ORDERS.tags, ORDERS.scope),
    cancel: forgets(ORDERS.tags, ORDERS.scope),
  };

  /** The newest, newest first; at most `first`, 1 to 100. */
  abstract recent(context: Context, first: number): Promise<Listed<Order>[]>;

  /** A page, newest first. @throws {GatewayError} VALIDATION_FAILED for a cursor that is none */
  abstract list(context: Context, question: OrderListQuestion): Promise<OrderList>;

  /** Those of these orders that exist, in any order. At most 100 ids. */
  abstract byIds(context: Context, ids: readonly string[]): Promise<Listed<Order>[]>;

  /**
   * One order; undefined for none. Asked many times in one request, it is one call.
   * @throws {GatewayError} UPSTREAM_BAD_RESPONSE for one that cannot be read, whatever the others are
   */
  readonly byId = batched<Order>((context, ids) => this.byIds(context, ids));

  /** Places an order, once per `requestId`. */
  abstract place(context: Context, order: NewOrder): Promise<Order>;

  /** Cancels an order; one that is cancelled stays so. @throws {GatewayError} NOT_FOUND, NOT_CANCELLABLE */
  abstract cancel(context: Context, id: string): Promise<Order>;

  /**
   * The moves of one order, from the first: all that have happened, then each as it happens. Ends once the order can move no
   * further. A move that cannot be read is in its place, and does not end it. The context is for its opening alone.
   * @throws {GatewayError} NOT_FOUND
   */
  abstract watch(context: Context, id: string): Promise<AnswerStream<OrderMove | UnreadableMove>>;

  /** The same for many: one watch for each order, however many follow it. Who may, is to be decided before. */
  readonly moves = new SharedStreams<OrderMove | UnreadableMove>({
    open: (context, id) => this.watch(context, id),
    numberOf: ({ sequence }) => sequence,
  });
}
