import type { AnyDatabase } from '#libs/storage';
import { sql } from 'kysely';
import type { StorageForTests } from './describe-storages.ts';

/**
 * Locks a table of a PostgreSQL or MariaDB, for readers too.
 * @param db a storage of its own, which is closed with the lock
 * @returns what unlocks it
 */
export async function lockedTable(
  db: AnyDatabase,
  kind: StorageForTests['kind'],
  table: string,
): Promise<() => Promise<void>> {
  const connection = await db.startTransaction().execute();
  const isPostgres = kind === 'postgres';
  const lock = isPostgres ? sql`lock table ${sql.table(table)}` : sql`lock tables ${sql.table(table)} write`;
  await lock.execute(connection);
  return async () => {
    if (!isPostgres) await sql`unlock tables`.execute(connection);
    await connection.rollback().execute();
    await db.destroy();
  };
}
