import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** Where a service keeps its data, and what they look like. */
export interface StorageOptions {
  /** Name of the service, `[a-z][a-z0-9_]*`: the file's name in SQLite, the schema's in PostgreSQL. */
  name: string;
  /** `postgres://…`; without it the data are in an SQLite file. */
  databaseUrl?: string;
  /** Folder of the SQLite file, made if it is missing. */
  dataDir: string;
  /** By name, run in alphabetical order, each once; all that are new run in one transaction. */
  migrations: Record<string, Migration>;
}

/**
 * Opens the storage of a service and migrates it to the latest version; `db.destroy()` closes it.
 * The same queries run on SQLite and PostgreSQL, within these bounds:
 * - Booleans are stored as integers 0 and 1, times as text (RFC 3339 UTC) or as integers: neither `boolean` nor
 *   date columns are the same in both.
 * - SQLite has one connection, so its transactions run one after the other, and a query on `db` waits for the
 *   transaction under way: inside `db.transaction()` ask the transaction alone, or wait for ever.
 * - PostgreSQL runs transactions side by side (READ COMMITTED). What was read may have changed by the time it is
 *   written: say it in one statement (`update … set stock = stock - 1 where stock >= 1`), or leave it to a unique
 *   index (`on conflict`), and touch rows in one order (by id) in every transaction, since SQLite has no `for update`.
 * @throws {StorageError}
 */
export async function openStorage<Schema>(options: StorageOptions): Promise<Kysely<Schema>> {
  if (!/^[a-z][a-z0-9_]*$/.test(options.name)) throw new TypeError(`${options.name} is no name for a storage`);
  return options.databaseUrl ? openPostgres<Schema>(options, options.databaseUrl) : openSqlite<Schema>(options);
}
