import { StorageBusyError } from './storage-error.ts';

/**
 * Why a query failed although it may succeed later: `busy`, no connection was free; `unreachable`, the database is away,
 * or the connection was lost, and a write may or may not have been committed; `conflict`, another transaction was in
 * the way, and all is rolled back; `timeout`, the statement took too long.
 */
export type StorageFault = 'busy' | 'unreachable' | 'conflict' | 'timeout';

/** SQLSTATEs of PostgreSQL: serialization failure, deadlock, lock not available. */
const PG_CONFLICTS = new Set(['40001', '40P01', '55P03']);
/** Too many connections, disk full, out of memory, read-only (a former primary), shutdown, crash, starting, its disk. */
const PG_AWAY = new Set([
  '53300',
  '53100',
  '53200',
  '25006',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '58030',
  '3D000',
]);
/** Classes: of connections, and of a login that is refused, as while a password is changed. */
const PG_AWAY_CLASS = /^(08|28)/;
const PG_CANCELLED = '57014';

/** Numbers of MySQL and MariaDB: lock wait timeout, deadlock, record changed since it was read. */
const MYSQL_CONFLICTS = new Set([1205, 1213, 1020]);
/**
 * Too many connections, shutdown, read-only, connection killed; login refused, host refused, unknown database; disk full,
 * out of memory, table full, packets lost.
 */
const MYSQL_AWAY = new Set([
  1040, 1053, 1203, 1290, 1792, 1836, 1927, 1044, 1045, 1049, 1129, 1130, 1021, 1037, 1041, 1114, 1158, 1159, 1160,
  1161,
]);
/** `max_statement_time` of MariaDB, `max_execution_time` of MySQL. */
const MYSQL_TIMEOUTS = new Set([1969, 3024]);

/** Primary result codes of SQLite: busy, locked, out of memory, read-only, I/O error, disk full, cannot open. */
const SQLITE_AWAY = new Set([5, 6, 7, 8, 10, 13, 14]);

/** Of sockets, and of the drivers: mysql2 has a code, pg has only a message. */
const LOST = /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOST\w+|ENET\w+|ENOTFOUND|EAI_\w+|PROTOCOL_CONNECTION_LOST)$/;
/** Of certificates that expired or are not trusted. */
const TLS =
  /^(ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|UNABLE_TO_\w+|\w+_IN_CERT_CHAIN|\w+_SELF_SIGNED_CERT|HANDSHAKE_\w+)$/;
const LOST_MESSAGE = /^(Connection terminated|timeout e\w+|Client has encountered|.*(closed state|not queryable))/;

/** The unique constraint that a row broke: SQLSTATE 23505, number 1062, extended result codes of SQLite. */
const DUPLICATES = new Set<unknown>(['23505', 1062, 2067, 1555]);

interface DatabaseError {
  /** Of PostgreSQL and of sockets; errors of other makes have numbers. */
  code?: unknown;
  /** Of MySQL and MariaDB; negative for errors of the system. */
  errno?: number;
  /** Of SQLite. */
  errcode?: number;
  message?: string;
  /** Of sockets: `connect` whatever the reason, such as a missing socket file or too many open files. */
  syscall?: string;
  errors?: unknown[];
}

/** The kind of fault; undefined for an error that will come again, such as a broken constraint or invalid SQL. */
export function storageFault(error: unknown): StorageFault | undefined {
  if (error instanceof StorageBusyError) return 'busy';
  if (!(error instanceof Error)) return undefined;
  const { code, errno = 0, errcode, message = '', syscall, errors } = error as DatabaseError;
  if (errors?.length) return storageFault(errors[0]);
  if (errcode !== undefined) return SQLITE_AWAY.has(errcode & 0xff) ? 'unreachable' : undefined;
  const state = typeof code === 'string' ? code : '';
  if (PG_CONFLICTS.has(state) || MYSQL_CONFLICTS.has(errno)) return 'conflict';
  if (state === PG_CANCELLED || MYSQL_TIMEOUTS.has(errno)) return 'timeout';
  if (PG_AWAY.has(state) || MYSQL_AWAY.has(errno) || PG_AWAY_CLASS.test(state)) return 'unreachable';
  const isLost = syscall === 'connect' || LOST.test(state) || TLS.test(state) || LOST_MESSAGE.test(message);
  return isLost ? 'unreachable' : undefined;
}

/** Whether a row was refused because of a unique index. */
export function isDuplicate(error: unknown): boolean {
  const { code, errno, errcode } = (error ?? {}) as DatabaseError;
  return [code, errno, errcode].some((one) => DUPLICATES.has(one));
}
