import { type Dialect, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { ServerOptions } from './open-storage.ts';
import type { AnyDatabase } from './any-database.ts';

/** The timeout of a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/** An arbitrary number, the same in every process, for the lock during schema creation ("atrium" in hex). */
const SCHEMA_LOCK = 0x61747269;

/** Types that pg returns as text and SQLite as numbers: int8 (counts, amounts) and numeric (their sums). */
const NUMBERS: readonly number[] = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC];

/** The dialect for the schema `name` of a PostgreSQL database. @param statementTimeoutMs 0 for none */
export function postgresDialect(
  { name, databaseUrl, pool: { max } }: ServerOptions,
  statementTimeoutMs: number,
): Dialect {
  const session = {
    search_path: name,
    default_transaction_isolation: 'read\\ committed',
    statement_timeout: statementTimeoutMs,
  };
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    options: Object.entries(session)
      .map(([setting, value]) => `-c ${setting}=${value}`)
      .join(' '),
    application_name: `atrium-${name}`,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A lost connection is removed from the pool and fails its query; without a listener, its error event would end the
  // process. The pool listens to idle connections only.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDialect({ pool });
}

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return NUMBERS.includes(oid) && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text');
}

/** Creates the schema of a service if it is missing: `if not exists` alone fails when two processes start at once. */
export function createSchema(name: string, db: AnyDatabase): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(SCHEMA_LOCK)})`.execute(transaction);
    await sql`create schema if not exists ${sql.id(name)}`.execute(transaction);
  });
}
