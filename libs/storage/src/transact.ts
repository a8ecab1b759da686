import { setTimeout as wait } from 'node:timers/promises';
import type { ControlledTransaction, Kysely } from 'kysely';
import { storageFault } from './storage-fault.ts';

/** How often a transaction is run at most. */
const MAX_TRIES = 4;

/** The pause before the second run is 0 to this long; it doubles, in milliseconds. */
const PAUSE_MS = 10;

/** A transaction of `transact`, with savepoints. */
export type StorageTransaction<Schema> = ControlledTransaction<Schema>;

/**
 * Runs `work` in a transaction: committed if it resolves, rolled back if it rejects. If the database ended it for the
 * sake of another transaction (deadlock, serialization failure), it is run again, four times at most: `work` must have no
 * effects outside of the database.
 */
export async function transact<Schema, Result>(
  db: Kysely<Schema>,
  work: (transaction: StorageTransaction<Schema>) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(db, work);
    } catch (error) {
      if (tries === MAX_TRIES || storageFault(error) !== 'conflict') throw error;
      // Two that run again at once would meet again.
      await wait(Math.random() * PAUSE_MS * 2 ** (tries - 1));
    }
  }
}

/**
 * Runs a part of a transaction to a savepoint: if it rejects, only that part is rolled back, and the transaction can go
 * on. Without one, PostgreSQL refuses every further statement of a transaction after an error.
 */
export async function attempt<Schema, Result>(
  transaction: StorageTransaction<Schema>,
  part: (transaction: StorageTransaction<Schema>) => Promise<Result>,
): Promise<Result> {
  const inner = await transaction.savepoint('attempt').execute();
  try {
    const result = await part(inner);
    await inner.releaseSavepoint('attempt').execute();
    return result;
  } catch (error) {
    // After a deadlock or a lost connection there is no savepoint any more.
    if (storageFault(error) === undefined) {
      await inner.rollbackToSavepoint('attempt').execute();
      await inner.releaseSavepoint('attempt').execute();
    }
    throw error;
  }
}

async function once<Schema, Result>(
  db: Kysely<Schema>,
  work: (transaction: StorageTransaction<Schema>) => Promise<Result>,
): Promise<Result> {
  const transaction = await db.startTransaction().execute();
  try {
    const result = await work(transaction);
    await transaction.commit().execute();
    return result;
  } catch (error) {
    // This gives the connection back, too. It may be lost, and the transaction with it: the first error is the reason.
    await transaction
      .rollback()
      .execute()
      .catch(() => undefined);
    throw error;
  }
}
