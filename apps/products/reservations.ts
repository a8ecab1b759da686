import { type CallContext, notFound, Refusal } from '#libs/service';
import { type StorageTransaction, transact } from '#libs/storage';
import { status as Code } from '@grpc/grpc-js';
import type { Kysely } from 'kysely';
import type { ProductsSchema, ReservationKey, ReservationState } from './schema.ts';
import { putBack, type StockLine, take } from './stock.ts';

/** The maximum number of overdue reservations ended in one batch. */
const BATCH = 100;

/**
 * Reservations of stock: held, confirmed, released or expired. All are in the storage, so that a restart loses none.
 */
export class Reservations {
  /** @param now milliseconds since the epoch */
  constructor(
    private readonly db: Kysely<ProductsSchema>,
    private readonly now: () => number,
  ) {}

  /**
   * Reserves all lines or none; idempotent by key.
   * @returns the expiry, in milliseconds since the epoch
   * @throws {Refusal} UNKNOWN_PRODUCT, OUT_OF_STOCK, RESERVATION_ENDED for a key whose reservation has ended, or the
   *   reason of the call's end
   */
  async reserve(
    context: CallContext,
    key: ReservationKey,
    lines: readonly StockLine[],
    ttlMs: number,
  ): Promise<number> {
    await this.expireOverdue();
    const expiresAt = this.now() + ttlMs;
    return transact(this.db, async (transaction) => {
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('reservations')
        .values({ ...key, state: 'HELD', expires_at: expiresAt })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) return this.madeBefore(transaction, key);
      await take(context, transaction, lines);
      const { caller_id, id: reservation_id } = key;
      const kept = lines.map(({ productId, quantity }) => ({
        caller_id,
        reservation_id,
        product_id: productId,
        quantity,
      }));
      await transaction.insertInto('reservation_lines').values(kept).execute();
      return expiresAt;
    });
  }

  /**
   * Keeps a reservation beyond its expiry.
   * @throws {Refusal} NOT_FOUND, or RESERVATION_ENDED if it was released or expired
   */
  async confirm(key: ReservationKey): Promise<void> {
    const { numUpdatedRows } = await withKey(this.db.updateTable('reservations'), key)
      .set({ state: 'CONFIRMED' })
      .where('state', '=', 'HELD')
      .where('expires_at', '>', this.now())
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return;
    const found = await withKey(this.db.selectFrom('reservations'), key).select('state').executeTakeFirst();
    if (!found) throw notFound('reservation');
    if (found.state !== 'CONFIRMED') throw ended();
  }

  /** Releases a reservation, confirmed or not. Ended and unknown ones are ignored. */
  async release(key: ReservationKey): Promise<void> {
    await this.end(key, 'RELEASED', ['HELD', 'CONFIRMED']);
  }

  /** Expires overdue reservations, each in its own transaction. */
  async expireOverdue(): Promise<void> {
    const overdue = await this.db
      .selectFrom('reservations')
      .select(['caller_id', 'id'])
      .where('state', '=', 'HELD')
      .where('expires_at', '<=', this.now())
      .orderBy('expires_at')
      .limit(BATCH)
      .execute();
    for (const key of overdue) await this.end(key, 'EXPIRED', ['HELD']);
    if (overdue.length === BATCH) await this.expireOverdue();
  }

  private async end(key: ReservationKey, state: ReservationState, from: ReservationState[]): Promise<void> {
    await transact(this.db, async (transaction) => {
      const { numUpdatedRows } = await withKey(transaction.updateTable('reservations'), key)
        .set({ state })
        .where('state', 'in', from)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await putBack(transaction, key);
    });
  }

  private async madeBefore(transaction: StorageTransaction<ProductsSchema>, key: ReservationKey): Promise<number> {
    const found = await withKey(transaction.selectFrom('reservations'), key).selectAll().executeTakeFirstOrThrow();
    if (found.state === 'RELEASED' || found.state === 'EXPIRED') throw ended();
    return found.expires_at;
  }
}

function withKey<Query extends { where(column: 'caller_id' | 'id', is: '=', value: string): Query }>(
  query: Query,
  { caller_id, id }: ReservationKey,
): Query {
  return query.where('caller_id', '=', caller_id).where('id', '=', id);
}

function ended(): Refusal {
  return new Refusal(Code.FAILED_PRECONDITION, 'RESERVATION_ENDED', 'The reservation was released or has expired');
}
