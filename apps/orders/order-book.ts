import { randomUUID } from 'node:crypto';
import type { Reads } from '#libs/storage';
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

/** The queries of orders: one of them by its id from the primary, lists from a replica. */
export class OrderBook {
  constructor(
    private readonly db: Kysely<OrdersSchema>,
    private readonly reads: Reads<OrdersSchema>,
  ) {}

  /** Orders of one user, newest first. */
  async page({ userId, status, after, limit }: PageQuestion): Promise<OrderRow[]> {
    return this.reads.run((db) => {
      const all = newestFirst(db, after, limit).where('user_id', '=', userId);
      return (status ? all.where('status', '=', status) : all).execute();
    });
  }

  /** Orders of one user or of everybody, newest first. */
  async exported({ owner, after, limit }: ExportQuestion): Promise<OrderRow[]> {
    return this.reads.run((db) => {
      const all = newestFirst(db, after, limit);
      return (owner === undefined ? all : all.where('user_id', '=', owner)).execute();
    });
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

  /** Gives all orders of a user one random owner, who can never be a caller. @returns their number */
  async anonymize(userId: string): Promise<number> {
    const { numUpdatedRows } = await this.db
      .updateTable('orders')
      .set({ user_id: `deleted-${randomUUID()}`, request_id: null })
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }
}

function newestFirst(db: Kysely<OrdersSchema>, after: Position | undefined, limit: number) {
  const all = db.selectFrom('orders').selectAll();
  // Not as a tuple, of which MySQL makes no range of an index.
  const rest = after
    ? all
        .where('placed_at', '<=', after.placed_at)
        .where((eb) => eb.or([eb('placed_at', '<', after.placed_at), eb('id', '<', after.id)]))
    : all;
  return rest.orderBy('placed_at', 'desc').orderBy('id', 'desc').limit(limit);
}
