import { type CallContext, Refusal } from '#libs/service';
import { status as Code } from '@grpc/grpc-js';
import type { StorageTransaction } from '#libs/storage';
import type { ProductsSchema, ReservationKey } from './schema.ts';

/** A quantity of one product. */
export interface StockLine {
  productId: string;
  quantity: number;
}

/**
 * Subtracts all lines from the stock, never below zero. Run in a transaction, which an error rolls back.
 * @throws {Refusal} UNKNOWN_PRODUCT, OUT_OF_STOCK, or the reason of the call's end
 */
export async function take(
  context: CallContext,
  transaction: StorageTransaction<ProductsSchema>,
  lines: readonly StockLine[],
): Promise<void> {
  const refused: string[] = [];
  for (const { productId, quantity } of inOneOrder(lines)) {
    context.throwIfEnded();
    const { numUpdatedRows } = await transaction
      .updateTable('products')
      .set((eb) => ({ available: eb('available', '-', quantity) }))
      .where('id', '=', productId)
      .where('available', '>=', quantity)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) refused.push(productId);
  }
  if (refused.length > 0) throw await shortage(transaction, refused);
}

/** Adds the quantities of a reservation to the stock. Run in the transaction that ends it. */
export async function putBack(
  transaction: StorageTransaction<ProductsSchema>,
  key: ReservationKey,
): Promise<void> {
  const lines = await transaction
    .selectFrom('reservation_lines')
    .select(['product_id as productId', 'quantity'])
    .where('caller_id', '=', key.caller_id)
    .where('reservation_id', '=', key.id)
    .execute();
  for (const { productId, quantity } of inOneOrder(lines)) {
    await transaction
      .updateTable('products')
      .set((eb) => ({ available: eb('available', '+', quantity) }))
      .where('id', '=', productId)
      .execute();
  }
}

/** Transactions that lock rows in one order cannot deadlock. */
function inOneOrder(lines: readonly StockLine[]): StockLine[] {
  return [...lines].sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

async function shortage(transaction: StorageTransaction<ProductsSchema>, refused: string[]): Promise<Refusal> {
  const rows = await transaction
    .selectFrom('products')
    .select(['id', 'available'])
    .where('id', 'in', refused)
    .execute();
  const available = Object.fromEntries(rows.map((row) => [row.id, String(row.available)]));
  const unknown = refused.filter((id) => !(id in available));
  if (unknown.length > 0) {
    const metadata = Object.fromEntries(unknown.map((id) => [id, '']));
    return new Refusal(Code.FAILED_PRECONDITION, 'UNKNOWN_PRODUCT', 'The product does not exist', { metadata });
  }
  const message = 'The stock is insufficient';
  return new Refusal(Code.FAILED_PRECONDITION, 'OUT_OF_STOCK', message, { metadata: available });
}
