import { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { ConnectionLimit, type PoolLimits, type PoolStatistics, withLimit } from './connection-limit.ts';
import { type Database, databaseOf } from './databases.ts';
import { type Migrations, reason } from './migrations.ts';
import { portableQueries } from './portable-queries.ts';
import { queryRecorder } from './query-spans.ts';
import { Reads } from './reads.ts';
import { StorageError } from './storage-error.ts';
import type { AnyDatabase } from './any-database.ts';

/** The location and the schema of a service's data. */
export interface StorageOptions {
  /**
   * Name of the service, `[a-z][a-z0-9_]*`: the file's name in SQLite, the schema's in PostgreSQL, the end of the
   * database's in MySQL and MariaDB.
   */
  name: string;
  /** `postgres://…`, `mysql://…` or `mariadb://…`; without it an SQLite file is used. */
  databaseUrl?: string;
  /** Folder of the SQLite file, created if missing. */
  dataDir: string;
  /** By name, run once each in alphabetical order. */
  migrations: Record<string, Migration>;
  /** The connections; ten, a wait of one second and a thousand that wait by default. SQLite has one connection. */
  pool?: PoolLimits;
  /** How long a statement may run, in milliseconds; no limit by default, and none in SQLite, which runs in the process. */
  statementTimeoutMs?: number;
}

/** Replicas to read from. */
export interface ReplicaOptions {
  /** `postgres://…` of streaming replicas of a PostgreSQL. */
  urls: readonly string[];
  /** How long a read waits for a replica that is behind, in milliseconds; then the primary is read. */
  waitMs: number;
}

/** Options with their defaults. */
export type ResolvedOptions = StorageOptions & Required<Pick<StorageOptions, 'pool' | 'statementTimeoutMs'>>;

/** Those of a database server. */
export type ServerOptions = ResolvedOptions & { databaseUrl: string };

const POOL: PoolLimits = { max: 10, waitMs: 1_000, queue: 1_000 };

const pools = new WeakMap<AnyDatabase, ConnectionLimit>();

/**
 * Opens the storage of a service and migrates it to the latest version; `db.destroy()` closes it. The same queries run
 * on SQLite, PostgreSQL, MySQL and MariaDB, with these restrictions:
 * - Booleans are stored as integers 0 and 1, times as text (RFC 3339 UTC) or integers, documents as text: `boolean`, date
 *   and JSON columns differ.
 * - Columns of keys, indexes and references are `varchar(255)`, all other text is `text`: MySQL indexes no unbounded text,
 *   and 3,072 bytes at most. References are constraints of the table: MySQL ignores those of columns.
 * - There is no `returning`. `on conflict` names a unique index of its columns; in MySQL any other one counts too.
 * - SQLite has one connection, so transactions are serialized, and a query on `db` waits for the current transaction:
 *   inside a transaction use only the transaction, or the query fails after the wait for a connection.
 * - The others run transactions concurrently (READ COMMITTED). Rows may change between read and write: use one
 *   statement (`update … set stock = stock - 1 where stock >= 1`) or a unique index, and access rows in one order (by id)
 *   in every transaction, since SQLite has no `for update`. `transact` repeats those that deadlock all the same.
 * @throws {StorageError}
 */
export async function openStorage<Schema>(options: StorageOptions): Promise<Kysely<Schema>> {
  const resolved = resolve(options);
  const database = databaseOf(resolved);
  return named(resolved.name, database, async () => {
    await database.migrate((migrations) => migrations.up());
    return connect<Schema>(resolved, database);
  });
}

/**
 * Reads of a storage, from replicas if there are any. They are connected to by the first read.
 * @param db from `openStorage`
 */
export async function openReads<Schema>(
  db: Kysely<Schema>,
  options: StorageOptions,
  { urls, waitMs }: ReplicaOptions,
): Promise<Reads<Schema>> {
  const replicas = urls.map((databaseUrl) => {
    const resolved = resolve({ ...options, databaseUrl });
    return connect<Schema>(resolved, databaseOf(resolved));
  });
  return new Reads(db, await Promise.all(replicas), waitMs);
}

async function connect<Schema>(options: ResolvedOptions, database: Database): Promise<Kysely<Schema>> {
  const limit = new ConnectionLimit({ ...options.pool, ...(database.isSingle && { max: 1 }) });
  const db = new Kysely<Schema>({
    dialect: withLimit(await database.dialect(), limit),
    log: queryRecorder(database.system, options.name),
    plugins: [portableQueries, ...(database.plugins ?? [])],
  });
  pools.set(db, limit);
  return db;
}

/**
 * Shows or changes which migrations have been run, without opening the storage.
 * @throws {StorageError}
 */
export function migrateStorage<Result>(
  options: Pick<StorageOptions, 'name' | 'databaseUrl' | 'dataDir' | 'migrations'>,
  work: (migrations: Migrations) => Promise<Result>,
): Promise<Result> {
  const resolved = resolve(options);
  const database = databaseOf(resolved);
  return named(resolved.name, database, () => database.migrate(work));
}

/** The use of the connections of a storage. */
export function poolOf(db: AnyDatabase): PoolStatistics {
  return pools.get(db)!;
}

/** @throws {TypeError} for an invalid name */
function resolve(options: StorageOptions): ResolvedOptions {
  if (!/^[a-z][a-z0-9_]*$/.test(options.name))
    throw new TypeError(`${options.name} is not a valid name of a storage`);
  return { ...options, pool: options.pool ?? POOL, statementTimeoutMs: options.statementTimeoutMs ?? 0 };
}

/** Runs `work`; its errors name the service and its database. */
async function named<Result>(name: string, { label }: Database, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError(`Storage of ${name}: ${label}: ${reason(error)}`, { cause: error });
  }
}
