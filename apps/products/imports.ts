import { createHash } from 'node:crypto';
import { Refusal } from '#libs/service';
import { type StorageTransaction, transact } from '#libs/storage';
import { status as Code } from '@grpc/grpc-js';
import type { Insertable, Kysely } from 'kysely';
import type { ImportBatch } from './requests.ts';
import type { ProductsSchema } from './schema.ts';

/** How long the batches of an import are known, in milliseconds. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/** What became of a batch. */
export interface Imported {
  created: number;
  updated: number;
}

/** Products by batches. Each batch is written once, however often it comes. */
export class Imports {
  /** @param now milliseconds since the epoch */
  constructor(
    private readonly db: Kysely<ProductsSchema>,
    private readonly now: () => number,
  ) {}

  /**
   * Creates or replaces the products of a batch, all or none.
   * @throws {Refusal} BATCH_CHANGED for a known batch with other rows
   */
  async write(callerId: string, { importId, batch, products }: ImportBatch): Promise<Imported> {
    const digest = createHash('sha256').update(JSON.stringify(products)).digest('base64url');
    const key = { caller_id: callerId, import_id: importId, batch };
    return transact(this.db, async (transaction) => {
      if (batch === 0) await this.deleteOld(transaction);
      // Claims the batch: another transaction with the same one waits here, and finds it written.
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('import_batches')
        .values({ ...key, digest, created: 0, updated: 0, written_at: this.now() })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst();
      const itsRow = transaction.selectFrom('import_batches').where((eb) => eb.and(key));
      if (numInsertedOrUpdatedRows === 0n) {
        const { digest: before, created, updated } = await itsRow.selectAll().executeTakeFirstOrThrow();
        if (before !== digest) throw changed();
        return { created, updated };
      }
      const updated = await replace(transaction, products);
      const written = { created: products.length - updated, updated };
      await transaction
        .updateTable('import_batches')
        .set(written)
        .where((eb) => eb.and(key))
        .execute();
      return written;
    });
  }

  private async deleteOld(transaction: StorageTransaction<ProductsSchema>): Promise<void> {
    const before = this.now() - KEPT_MS;
    await transaction.deleteFrom('import_batches').where('written_at', '<', before).execute();
  }
}

/** @returns how many there were before */
async function replace(
  transaction: StorageTransaction<ProductsSchema>,
  products: ImportBatch['products'],
): Promise<number> {
  // Transactions that lock rows in one order cannot deadlock: that of reservations.
  const rows = products.map(toRow).sort((one, other) => (one.id < other.id ? -1 : 1));
  const before = await transaction
    .selectFrom('products')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .executeTakeFirstOrThrow();
  await transaction
    .insertInto('products')
    .values(rows)
    .onConflict((on) =>
      on.column('id').doUpdateSet(({ ref }) => ({
        name: ref('excluded.name'),
        description: ref('excluded.description'),
        category: ref('excluded.category'),
        price_minor: ref('excluded.price_minor'),
        currency: ref('excluded.currency'),
        available: ref('excluded.available'),
        image_url: ref('excluded.image_url'),
      })),
    )
    .execute();
  return Number(before.count);
}

function toRow(product: ImportBatch['products'][number]): Insertable<ProductsSchema['products']> {
  const { id, name, description, category, price, available, imageUrl } = product;
  return {
    id,
    name,
    description,
    category,
    available,
    rating: null,
    price_minor: price.amountMinor,
    currency: price.currency,
    image_url: imageUrl || null,
  };
}

function changed(): Refusal {
  return new Refusal(Code.FAILED_PRECONDITION, 'BATCH_CHANGED', 'The batch was written with other rows');
}
