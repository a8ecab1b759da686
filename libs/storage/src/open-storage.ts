import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** The location and the schema of a service's data. */
export interface StorageOptions {
  /** Name of the service, `[a-z][a-z0-9_]*`: the file's name in SQLite, the schema's in PostgreSQL. */
  name: string;
  /** `postgres://…`; without it an SQLite file is used. */
  databaseUrl?: string;
  /** Folder of the SQLite file, created if missing. */
  dataDir: string;
  /** By name, run once each in alphabetical order; all new ones run in one transaction. */
  migrations: Record<string, Migration>;
}

/**
 * Opens the storage of a service and migrates it to the latest version; `db.destroy()` closes it. The same queries run
 * on SQLite and PostgreSQL, with these restrictions:
 * - Booleans are stored as integers 0 and 1, times as text (RFC 3339 UTC) or integers: `boolean` and date columns
 *   differ.
 * - SQLite has one connection, so transactions are serialized, and a query on `db` waits for the current transaction:
 *   inside `db.transaction()` use only the transaction, or it deadlocks.
 * - PostgreSQL runs transactions concurrently (READ COMMITTED). Rows may change between read and write: use one
 *   statement (`update … set stock = stock - 1 where stock >= 1`) or a unique index (`on conflict`), and access rows in
 *   one order (by id) in every transaction, since SQLite has no `for update`.
 * @throws {StorageError}
 */
export async function openStorage<Schema>(options: StorageOptions): Promise<Kysely<Schema>> {
  if (!/^[a-z][a-z0-9_]*$/.test(options.name))
    throw new TypeError(`${options.name} is not a valid name of a storage`);
  return options.databaseUrl ? openPostgres<Schema>(options, options.databaseUrl) : openSqlite<Schema>(options);
}
