import type { Socket } from 'node:net';
import { type Dialect, MysqlAdapter, MysqlIntrospector } from 'kysely';
import mysql, { type PoolConnection, type PoolOptions } from 'mysql2/promise';
import type { ServerOptions } from './open-storage.ts';
import { mysqlConnection } from './mysql-connection.ts';
import { PortableMysqlCompiler } from './mysql-compiler.ts';
import { PortableMysqlDriver } from './mysql-driver.ts';
import type { AnyDatabase } from './any-database.ts';
import { closeWhenSilent } from './silent-connections.ts';

/** The timeout of a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Rejects what does not fit instead of cutting it, and joins text by `||`. */
const SQL_MODE = 'TRADITIONAL,ONLY_FULL_GROUP_BY,PIPES_AS_CONCAT';

/**
 * Text that one of both reads only: MariaDB reads `M!` comments, and of MySQL's versioned ones none of 5.7 and later.
 * The two have different names for the same things.
 */
const either = (mariadb: string, mysql8: string) => `/*M! ${mariadb} */ /*!50708 ${mysql8} */`;

/** Compares text by code points, case and trailing spaces included, as the other databases do. */
const COLLATION = either('utf8mb4_nopad_bin', 'utf8mb4_0900_bin');

/** Unknown table, column or index that cannot be dropped because it does not exist. */
export const MISSING: ReadonlySet<number> = new Set([1051, 1091, 1146]);

/**
 * The dialect for the database of a service, named after that of the URL: `atrium_orders`.
 * @param statementTimeoutMs 0 for none
 * @param ignored numbers of errors that count as success
 */
export function mysqlDialect(
  options: ServerOptions,
  statementTimeoutMs: number,
  ignored?: ReadonlySet<number>,
): Dialect {
  const { databaseUrl, pool } = options;
  const prepare = (connection: PoolConnection) => prepareSession(connection, statementTimeoutMs);
  return {
    createDriver: () => {
      const own = { ...connectionTo(databaseUrl), database: databaseName(options), connectionLimit: pool.max };
      return new PortableMysqlDriver(mysql.createPool(own), prepare, ignored);
    },
    createAdapter: () => new MysqlAdapter(),
    createQueryCompiler: () => new PortableMysqlCompiler(),
    createIntrospector: (db: AnyDatabase) => new MysqlIntrospector(db),
  };
}

/** Creates the database of a service if it is missing. */
export async function createDatabase(options: ServerOptions): Promise<void> {
  const client = await mysql.createConnection(connectionTo(options.databaseUrl));
  const id = mysql.escapeId(databaseName(options), true);
  try {
    await client.query(`create database if not exists ${id}`);
    // Also of one that an operator has created: its tables inherit it.
    await client.query(`alter database ${id} character set utf8mb4 collate ${COLLATION}`);
  } finally {
    client.destroy();
  }
}

function databaseName({ name, databaseUrl }: ServerOptions): string {
  const prefix = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  return prefix ? `${prefix}_${name}` : name;
}

function connectionTo(databaseUrl: string): PoolOptions {
  return {
    ...mysqlConnection(databaseUrl),
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: 'utf8mb4',
    // Those of `now()`, say: columns have no dates, and parameters neither.
    dateStrings: true,
    // Affected rows are those that changed: only so an insert says whether its row was there before.
    flags: ['-FOUND_ROWS'],
    typeCast: (field, next) =>
      field.type === 'NEWDECIMAL' || field.type === 'DECIMAL' ? asNumber(field.string()) : next(),
  };
}

const asNumber = (text: string | null): number | null => (text === null ? null : Number(text));

/** The settings of a session, whatever those of the server are. */
async function prepareSession(connection: PoolConnection, timeoutMs: number): Promise<void> {
  const { stream } = connection.connection as unknown as { stream: Socket };
  closeWhenSilent(stream, timeoutMs);
  // MySQL bounds only selects; in both, a statement that waits for a lock is bounded by the other setting.
  const timeout = either(`max_statement_time = ${timeoutMs / 1_000},`, `max_execution_time = ${timeoutMs},`);
  const lockSeconds = timeoutMs ? Math.ceil(timeoutMs / 1_000) : 31_536_000;
  await connection.query(
    `set session ${timeout} innodb_lock_wait_timeout = ${lockSeconds}, sql_mode = '${SQL_MODE}', time_zone = '+00:00'`,
  );
  await connection.query('set session transaction isolation level read committed');
}
