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

/** A request for the next orders of an export. */
export interface ExportQuestion {
  /** The user whose orders are read; undefined for those of everybody. */
  owner?: string;
  after?: Position;
  limit: number;
}

/** The queries of orders. */
export class OrderBook {
  constructor(private readonly db: Kysely<OrdersSchema>) {}

  /** Orders of one user, newest first. */
  async page({ userId, status, after, limit }: PageQuestion): Promise<OrderRow[]> {
    const all = this.newestFirst(after, limit).where('user_id', '=', userId);
    return (status ? all.where('status', '=', status) : all).execute();
  }

  /** Orders of one user or of everybody, newest first. */
  async exported({ owner, after, limit }: ExportQuestion): Promise<OrderRow[]> {
    const all = this.newestFirst(after, limit);
    return (owner === undefined ? all : all.where('user_id', '=', owner)).execute();
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

  private newestFirst(after: Position | undefined, limit: number) {
    const all = this.db.selectFrom('orders').selectAll();
    const rest = after
      ? all.where((eb) => eb(eb.refTuple('placed_at', 'id'), '<', eb.tuple(after.placed_at, after.id)))
      : all;
    return rest.orderBy('placed_at', 'desc').orderBy('id', 'desc').limit(limit);
  }
}
