import type { Kysely } from 'kysely';
import type { Position } from './page-token.ts';
import type { MoveRow, OrderRow, OrdersSchema } from './schema.ts';
import type { Status } from './status.ts';

/** A page request for one user's orders. */
export interface PageQuestion {
  userId: string;
  status?: Status;
  after?: Position;
  limit: number;
}

/** The queries of orders. */
export class OrderBook {
  constructor(private readonly db: Kysely<OrdersSchema>) {}

  /** Orders of one user, newest first. */
  async page({ userId, status, after, limit }: PageQuestion): Promise<OrderRow[]> {
    let query = this.db.selectFrom('orders').selectAll().where('user_id', '=', userId);
    if (status) query = query.where('status', '=', status);
    if (after) {
      const position = [after.placed_at, after.id] as const;
      query = query.where((eb) => eb(eb.refTuple('placed_at', 'id'), '<', eb.tuple(...position)));
    }
    return query.orderBy('placed_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  }

  /** The existing orders with these ids; only the owner's if one is given. */
  async byIds(ids: readonly string[], owner?: string): Promise<OrderRow[]> {
    if (ids.length === 0) return [];
    const query = this.db.selectFrom('orders').selectAll().where('id', 'in', ids);
    return (owner === undefined ? query : query.where('user_id', '=', owner)).execute();
  }

  /** The moves of an order after a sequence number, in their order. */
  async moves(orderId: string, afterSequence: number): Promise<MoveRow[]> {
    return this.db
      .selectFrom('moves')
      .selectAll()
      .where('order_id', '=', orderId)
      .where('sequence', '>', afterSequence)
      .orderBy('sequence')
      .execute();
  }
}
