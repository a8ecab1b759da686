import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import type { Database } from './databases.ts';
import { Migrations, reason } from './migrations.ts';
import type { ResolvedOptions } from './open-storage.ts';
import { indexesByName } from './portable-queries.ts';
import { kyselyDatabase } from './sqlite-database.ts';
import { StorageError } from './storage-error.ts';
import type { AnySchema } from './any-database.ts';

/**
 * The time that another process (a second instance, a backup) may lock the file before a write fails, in milliseconds.
 */
const BUSY_TIMEOUT_MS = 5_000;

/** The retry interval for a locked file before the migration, in milliseconds. */
const BUSY_POLL_MS = 20;

/** SQLite's result code for a file that another connection is writing to. */
const SQLITE_BUSY = 5;

/** `<dataDir>/<name>.sqlite`. Committed data survive a crash of the process (WAL). */
export const sqliteDatabase = ({ name, dataDir, migrations }: ResolvedOptions): Database => ({
  system: 'sqlite',
  label: 'cannot use SQLite',
  isSingle: true,
  // Opened by the first query: Kysely closes only what it has used.
  dialect: () => dialectOf(async () => openFile(name, dataDir)),
  migrate: async (work) => {
    const database = openFile(name, dataDir);
    const db = new Kysely<AnySchema>({ dialect: dialectOf(async () => database), plugins: [indexesByName] });
    try {
      // Kysely takes no lock in SQLite: with this one a second process waits, and half a migration is undone.
      await beginImmediate(database);
      const result = await work(new Migrations({ name, migrations }, db, { isInTransaction: true }));
      database.exec('commit');
      return result;
    } finally {
      // Rolls back what is not committed.
      database.close();
    }
  },
});

function openFile(name: string, dataDir: string): DatabaseSync {
  const file = join(dataDir, `${name}.sqlite`);
  try {
    makeFolder(dataDir);
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    database.exec('pragma journal_mode = wal; pragma synchronous = normal');
    return database;
  } catch (error) {
    throw new StorageError(`Storage of ${name}: cannot open ${file}: ${reason(error)}`, { cause: error });
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    // Recursively, Node says of a read-only file system that there is no such folder (findings/node-mkdir-on-read-only.sh).
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !existsSync(dirname(path))) throw error;
    mkdirSync(path);
  }
}

/** Kysely's own lock has no timeout: connections are handed out by `ConnectionLimit`. */
class LimitedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

function dialectOf(open: () => Promise<DatabaseSync>): SqliteDialect {
  const dialect = new SqliteDialect({ database: async () => kyselyDatabase(await open()) });
  dialect.createAdapter = () => new LimitedAdapter();
  return dialect;
}

/** SQLite itself would block the event loop, including the holder of the lock in this process. */
async function beginImmediate(database: DatabaseSync): Promise<void> {
  const until = performance.now() + BUSY_TIMEOUT_MS;
  database.exec('pragma busy_timeout = 0');
  for (;;) {
    try {
      database.exec('begin immediate');
      break;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY || performance.now() > until) throw error;
      await wait(BUSY_POLL_MS);
    }
  }
  database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
}
