import { type CallContext, isId, notFound } from '#libs/service';
import type { OrderBook } from './order-book.ts';
import type { OrderRow } from './schema.ts';

/** The owner that lookups by id are limited to: the caller; undefined (all) with the scope `admin`. */
export function visibleOwner(context: CallContext): string | undefined {
  const { callerId } = context;
  return context.hasScope('admin') ? undefined : callerId;
}

/** Returns the order if the caller may read it. @throws {Refusal} NOT_FOUND, also for another caller's order */
export async function visibleOrder(context: CallContext, book: OrderBook, id: string): Promise<OrderRow> {
  const owner = visibleOwner(context);
  const [order] = isId(id) ? await book.byIds([id], owner) : [];
  if (!order) throw notFound('order');
  return order;
}
