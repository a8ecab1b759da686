import { cache, cacheEach, type Declarations, invalidates } from '#libs/cache';
import {
  type AnswerStream,
  batched,
  type Context,
  type Listed,
  SharedStreams,
  type Unreadable,
} from '#libs/upstream';
import './orders.errors.ts';

/** The statuses of an order, in the order of its moves. */
export type OrderStatus = 'PLACED' | 'PAID' | 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';

/** An amount in the minor unit of its currency (ISO 4217). */
export interface Money {
  amountMinor: number;
  currency: string;
}

/** A line of an order, with the product's name and price at the time it was placed. */
export interface OrderLine {
  productId: string;
  name: string;
  quantity: number;
  unitPrice: Money;
}

/** An order. */
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

/** A page of orders; `cursors[i]` continues right after `orders[i]`, even if that is unreadable. */
export interface OrderList {
  orders: Listed<Order>[];
  cursors: string[];
  /** The cursor of the next page; undefined on the last. */
  nextCursor: string | undefined;
}

/** The parameters of a page of orders. */
export interface OrderListQuestion {
  status?: OrderStatus;
  /** 1 to 100. */
  first: number;
  /** A cursor of an earlier page with the same status. */
  after?: string;
}

/** An order to place. */
export interface NewOrder {
  /** The idempotency key, per caller. */
  requestId: string;
  reservationId: string;
  lines: OrderLine[];
}

/** A status change of an order. */
export interface OrderMove {
  /** 1, 2, 3 … for one order. */
  sequence: number;
  orderId: string;
  status: OrderStatus;
  /** RFC 3339, UTC. */
  occurredAt: string;
}

/** A move that breaks the contract of the service, for example to an unknown status. Others may follow. */
export interface UnreadableMove extends Pick<Unreadable, 'isUnreadable'> {
  /** Its own number, or one between those of its neighbours. */
  sequence: number;
}

/** An order of an export, which may be one of any user. */
export interface ExportedOrder extends Order {
  ownerId: string;
}

/** The cache policy of orders: a short TTL, since they change by themselves, and stale values if the service fails. */
const ORDERS = {
  ttl: 2,
  staleIfError: 600,
  scope: 'caller',
  tags: ({ caller }: Context) => [`orders:${caller.id}`],
} as const;

/**
 * The port of orders. Only the caller's own orders exist. An order that breaks the contract of the service, also by a line, is
 * `Unreadable` at its position of a list; a single one is UPSTREAM_BAD_RESPONSE.
 */
export abstract class Orders {
  /** The cache policy of each method. */
  static readonly cache: Declarations<Orders> = {
    recent: cache(ORDERS),
    list: cache(ORDERS),
    byIds: cacheEach(ORDERS),
    place: invalidates(ORDERS.tags, ORDERS.scope),
    cancel: invalidates(ORDERS.tags, ORDERS.scope),
    anonymize: invalidates(ORDERS.tags, ORDERS.scope),
  };

  /** The newest orders, newest first; at most `first` (1 to 100). */
  abstract recent(context: Context, first: number): Promise<Listed<Order>[]>;

  /** A page, newest first. @throws {GatewayError} VALIDATION_FAILED for an invalid cursor */
  abstract list(context: Context, question: OrderListQuestion): Promise<OrderList>;

  /** The existing orders of up to 100 ids, in any order. */
  abstract byIds(context: Context, ids: readonly string[]): Promise<Listed<Order>[]>;

  /**
   * One order; undefined if it does not exist. Calls within one request are batched.
   * @throws {GatewayError} UPSTREAM_BAD_RESPONSE for an unreadable order; others of the batch are not affected
   */
  readonly byId = batched<Order>((context, ids) => this.byIds(context, ids));

  /** Places an order, once per `requestId`. */
  abstract place(context: Context, order: NewOrder): Promise<Order>;

  /** Cancels an order; idempotent. @throws {GatewayError} NOT_FOUND, NOT_CANCELLABLE */
  abstract cancel(context: Context, id: string): Promise<Order>;

  /**
   * Makes the caller's orders anonymous: they stay as they are, with a random owner, and do not exist for the caller any more.
   * @returns their number; 0 if it is repeated
   */
  abstract anonymize(context: Context): Promise<number>;

  /**
   * Streams all orders, newest first, in batches of one or more: those of the caller, with the scope `admin` those of everybody.
   * They are read as they are taken. The context's deadline applies to the opening only; a silence of 10 seconds while a batch
   * is waited for ends the stream with UPSTREAM_TIMEOUT.
   * @param afterId the id of an order to continue after; all by default
   * @throws {GatewayError} VALIDATION_FAILED, also from the first read, if `afterId` is not one of these orders
   */
  abstract exportAll(context: Context, afterId?: string): Promise<AnswerStream<Listed<ExportedOrder>[]>>;

  /**
   * Streams the moves of an order: past ones first, then each as it happens. Ends after the final move. An unreadable move does
   * not end it. The context's deadline applies to the opening only.
   * @throws {GatewayError} NOT_FOUND
   */
  abstract watch(context: Context, id: string): Promise<AnswerStream<OrderMove | UnreadableMove>>;

  /** Shares one `watch` per order between all followers. Callers must authorize before they follow. */
  readonly moves = new SharedStreams<OrderMove | UnreadableMove>({
    open: (context, id) => this.watch(context, id),
    numberOf: ({ sequence }) => sequence,
  });
}
