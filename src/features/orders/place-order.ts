import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Activity } from '#gateway/declare/activity';
import { Limited } from '#gateway/declare/limited';
import { notificationsOf } from '#gateway/declare/notifications';
import { fingerprint } from '#gateway/edge/idempotency/fingerprint';
import { Idempotency, usedForAnother } from '#gateway/edge/idempotency/idempotency';
import { type NewOrder, type Order, Orders } from '#gateway/upstreams/orders/orders.port';
import { type Product, Products } from '#gateway/upstreams/products/products.port';
import { GatewayError } from '#libs/errors';
import { EventLog } from '#libs/events';
import { type Context, DetachedWork } from '#libs/upstream';
import { type InputOf, Selection } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { isMadeBy, isSameAs, isTotal, newOrder, refusedLines, stockLine } from './new-order.ts';
import './order-notifications.ts';
import { resultWithProducts } from './order-products.join.ts';
import { OrderDigests } from './order-digests.ts';
import { acceptedOrder, acceptedOrderId, type OrderResult, refused } from './order-result.view.ts';
import type { Lines, PlaceOrderBody, PlaceOrderInput } from './place-order-input.ts';

/** Places an order. */
@Scopes('orders:write')
@Limited({ cost: 6 })
@Activity({ event: 'order', aboutOf: acceptedOrder, onceBy: acceptedOrderId })
@Refuses('OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT')
@Injectable()
export class PlaceOrder {
  constructor(
    private readonly products: Products,
    private readonly orders: Orders,
    private readonly work: DetachedWork,
    private readonly idempotency: Idempotency,
    private readonly eventLog: EventLog,
    private readonly digests: OrderDigests,
  ) {}

  /**
   * A saga: checks prices, reserves the goods, places the order and confirms the reservation; undoes completed steps if one fails.
   * From the first write on it completes even if the client leaves. Repeated with the same idempotency key it returns the stored
   * result, and reads only the selected products.
   * @param selection the selected fields of the order
   * @throws {GatewayError} UPSTREAM_* if a step failed; then nothing stays reserved. IDEMPOTENCY_MISMATCH, IDEMPOTENCY_IN_FLIGHT
   */
  async run(
    context: Context,
    { idempotencyKey, ...order }: InputOf<typeof PlaceOrderInput>,
    selection: Selection = Selection.leaf,
  ): Promise<OrderResult> {
    const result = await this.idempotency.run(context, idempotencyKey, { placeOrder: order }, (requestId) =>
      this.check(context, order, requestId),
    );
    return resultWithProducts(context, result, this.products, selection);
  }

  private async check(
    context: Context,
    { lines, expectedTotal }: InputOf<typeof PlaceOrderBody>,
    requestId: string,
  ): Promise<OrderResult> {
    // An order needs current prices and stock.
    context.bypassCache();
    const products = await this.productsOf(context, lines);

    const unknown = lines.filter(({ productId }) => !products.has(productId));
    if (unknown.length) return refused('UNKNOWN_PRODUCT', 'There is no such product.', refusedLines(unknown));

    const order = newOrder(lines, products, requestId);
    if (expectedTotal && !isTotal(order, expectedTotal)) return refused('PRICE_CHANGED', 'The total has changed.');

    // The last point at which a client that left, or an exceeded deadline, leaves nothing to undo.
    context.signal.throwIfAborted();
    return this.work.run(context, (detached) => this.write(detached, order));
  }

  private async write(context: Context, order: NewOrder): Promise<OrderResult> {
    const { reservationId, lines } = order;
    const reserved = await this.products.reserve(context, reservationId, lines.map(stockLine));
    if (!reserved.isReserved) {
      const short = lines.filter(({ productId }) => reserved.available.has(productId));
      return refused('OUT_OF_STOCK', 'Not enough in stock.', refusedLines(short, reserved.available));
    }
    let made: Order | undefined;
    try {
      const placed = await this.place(context, order);
      if (isMadeBy(order, placed)) {
        made = placed;
        await this.products.confirm(context, reservationId);
        this.publish(context, placed);
      } else {
        if (!isSameAs(order, placed)) throw usedForAnother();
        // The earlier order has its own reservation; this one is not needed.
        await this.products.release(context, reservationId).catch(() => undefined);
      }
      return { order: placed };
    } catch (error) {
      // With its own deadline: the failure may be that the request's deadline was exceeded.
      await this.work.run(context, (undoing) => this.undo(undoing, reservationId, made));
      throw error;
    }
  }

  private publish(context: Context, { id, total }: Order): void {
    const event = { type: 'order.placed', data: { orderId: id, total } } as const;
    this.eventLog.publish(notificationsOf(context.caller.id!), event, `placed:${id}`);
    this.digests.plan(context);
  }

  /** Places the order, or returns the one placed by an earlier request with the same id, if it is still valid. */
  private async place(context: Context, order: NewOrder): Promise<Order> {
    const placed = await this.orders.place(context, order);
    if (isMadeBy(order, placed) || (await this.stands(context, placed))) return placed;
    return this.place(context, { ...order, requestId: fingerprint([order.requestId, placed.id]) });
  }

  /** Whether an order placed by an earlier request is valid: that request may have cancelled it, or released its goods. */
  private async stands(context: Context, { id, status, reservationId }: Order): Promise<boolean> {
    if (status === 'CANCELLED') return false;
    try {
      await this.products.confirm(context, reservationId);
      return true;
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'CONFLICT') return true;
      await this.orders.cancel(context, id);
      return false;
    }
  }

  /** Cancels and releases, best effort: an unconfirmed reservation expires by itself. */
  private async undo(context: Context, reservationId: string, made: Order | undefined): Promise<void> {
    const cancelled = made && this.orders.cancel(context, made.id);
    await Promise.allSettled([cancelled, this.products.release(context, reservationId)]);
  }

  private async productsOf(context: Context, lines: Lines): Promise<Map<string, Product>> {
    const found = await Promise.all(lines.map(({ productId }) => this.products.byId(context, productId)));
    return new Map(found.flatMap((product) => (product ? [[product.id, product]] : [])));
  }
}
