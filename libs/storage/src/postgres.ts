import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { migrate, reason } from './migrate.ts';
import type { StorageOptions } from './open-storage.ts';
import { queryRecorder } from './query-spans.ts';
import { StorageError } from './storage-error.ts';

/** The timeout of a connection, including the wait for a free one of the pool, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The maximum number of connections per process. */
const POOL_SIZE = 10;

/** An arbitrary number, the same in every process, for the lock during schema creation ("atrium" in hex). */
const SCHEMA_LOCK = 0x61747269;

/** Types that pg returns as text and SQLite as numbers: int8 (counts, amounts) and numeric (their sums). */
const NUMBERS: readonly number[] = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC];

/** Opens the schema `name` of a PostgreSQL database, created if missing. */
export async function openPostgres<Schema>(
  { name, migrations }: StorageOptions,
  databaseUrl: string,
): Promise<Kysely<Schema>> {
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: pool(name, databaseUrl) }),
    log: queryRecorder('postgresql', name),
  });
  try {
    await createSchema(name, db);
    await migrate(name, db, migrations, { migrationTableSchema: name });
    return db;
  } catch (error) {
    await db.destroy();
    if (error instanceof StorageError) throw error;
    throw new StorageError(`Storage of ${name}: cannot use PostgreSQL: ${reason(error)}`, { cause: error });
  }
}

function pool(name: string, connectionString: string): pg.Pool {
  const made = new pg.Pool({
    connectionString,
    options: `-c search_path=${name}`,
    application_name: `atrium-${name}`,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: { getTypeParser },
  });
  // A lost connection is removed from the pool and fails its query; without a listener, its error event would end the
  // process. The pool listens to idle connections only.
  made.on('error', () => undefined);
  made.on('connect', (client) => client.on('error', () => undefined));
  return made;
}

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return NUMBERS.includes(oid) && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text');
}

/** `if not exists` alone fails when two processes start at once. */
function createSchema<Schema>(name: string, db: Kysely<Schema>): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(SCHEMA_LOCK)})`.execute(transaction);
    await sql`create schema if not exists ${sql.id(name)}`.execute(transaction);
  });
}
