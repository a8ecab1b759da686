import type { Socket } from 'node:net';
import { type Dialect, type KyselyPlugin, PostgresAdapter, PostgresDialect, sql, WithSchemaPlugin } from 'kysely';
import pg from 'pg';
import type { ServerOptions } from './open-storage.ts';
import type { AnyDatabase } from './any-database.ts';
import { closeWhenSilent } from './silent-connections.ts';

/** The timeout of a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/** An arbitrary number, the same in every process, for the lock during schema creation ("atrium" in hex). */
const SCHEMA_LOCK = 0x61747269;

/** Types that pg returns as text and SQLite as numbers: int8 (counts, amounts) and numeric (their sums). */
const NUMBERS: readonly number[] = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC];

/** PgBouncer and poolers like it refuse settings of a session: protocol violation, feature not supported. */
const REFUSALS = new Set(['08P01', '0A000']);

/**
 * The dialect for the schema `name` of a PostgreSQL database. Behind a pooler that refuses settings of sessions there are none:
 * those of the role apply. Queries do not need them, since `inSchema` names the schema of each table.
 * @param statementTimeoutMs 0 for none
 */
export function postgresDialect(options: ServerOptions, statementTimeoutMs: number): Dialect {
  const { url, options: given } = splitOptions(options.databaseUrl);
  const session = {
    search_path: options.name,
    default_transaction_isolation: 'read\\ committed',
    statement_timeout: statementTimeoutMs,
  };
  const own = Object.entries(session).map(([setting, value]) => `-c ${setting}=${value}`);
  return new TransactionLocksDialect({
    pool: async () => {
      const pool = poolOf(options, url, [given, ...own].join(' ').trim(), statementTimeoutMs);
      try {
        (await pool.connect()).release();
        return pool;
      } catch (error) {
        await pool.end();
        if (isRefusal(error)) return poolOf(options, url, given, statementTimeoutMs);
        throw error;
      }
    },
  });
}

const isRefusal = (error: unknown): boolean => {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return REFUSALS.has(code) && /\boptions?\b/.test(message);
};

/** Takes `?options=` out of an address, whose parameters replace ours: pg would drop the settings of the session. */
export function splitOptions(databaseUrl: string): { url: string; options: string } {
  const [address = '', query = ''] = databaseUrl.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const options = parameters.get('options') ?? '';
  parameters.delete('options');
  return { url: options ? `${address}?${parameters.toString()}` : databaseUrl, options };
}

function poolOf(
  { name, pool: { max } }: ServerOptions,
  connectionString: string,
  options: string,
  statementTimeoutMs: number,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    options,
    application_name: `atrium-${name}`,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A lost connection is removed from the pool and fails its query; without a listener, its error event would end the
  // process. The pool listens to idle connections only.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    closeWhenSilent(
      (client as unknown as { connection: { stream: Socket } }).connection.stream,
      statementTimeoutMs,
    );
  });
  return pool;
}

/** Names the schema of each table: a pooler may give a query any connection, whose search path is another's. */
export const inSchema = (name: string): KyselyPlugin => new WithSchemaPlugin(name);

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return NUMBERS.includes(oid) && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format as 'text');
}

/**
 * Runs `work` in one transaction, by one process at a time, with the schema of a service. Locks end with the transaction: those of
 * sessions are no locks behind a pooler, where each transaction may get another session, and stay there.
 */
export function alone<Result>(
  name: string,
  db: AnyDatabase,
  work: (transaction: AnyDatabase) => Promise<Result>,
): Promise<Result> {
  // Who has waited must see what the others did, whatever the server's default is.
  const transaction = db.transaction().setIsolationLevel('read committed');
  return transaction.execute(async (inside) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(SCHEMA_LOCK)})`.execute(inside);
    // `if not exists` alone fails when two processes start at once.
    await sql`create schema if not exists ${sql.id(name)}`.execute(inside);
    return work(inside);
  });
}

/** Kysely's number of the lock for migrations, which earlier releases take for a session. */
const MIGRATIONS_LOCK = BigInt('3853314791062309107');

class TransactionLocks extends PostgresAdapter {
  override async acquireMigrationLock(db: AnyDatabase): Promise<void> {
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATIONS_LOCK)})`.execute(db);
  }

  override async releaseMigrationLock(): Promise<void> {}
}

class TransactionLocksDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new TransactionLocks();
  }
}
