import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, SqliteDialect } from 'kysely';
import { migrate, reason } from './migrate.ts';
import type { StorageOptions } from './open-storage.ts';
import { kyselyDatabase } from './sqlite-database.ts';
import { queryRecorder } from './query-spans.ts';
import { StorageError } from './storage-error.ts';

/**
 * The time that another process (a second instance, a backup) may lock the file before a write fails, in milliseconds.
 */
const BUSY_TIMEOUT_MS = 5_000;

/** The retry interval for a locked file before the migration, in milliseconds. */
const BUSY_POLL_MS = 20;

/** SQLite's result code for a file that another connection is writing to. */
const SQLITE_BUSY = 5;

/** Opens `<dataDir>/<name>.sqlite`. Committed data survive a crash of the process (WAL). */
export async function openSqlite<Schema>({ name, dataDir, migrations }: StorageOptions): Promise<Kysely<Schema>> {
  const database = openFile(name, dataDir);
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: kyselyDatabase(database) }),
    log: queryRecorder('sqlite', name),
  });
  try {
    // Kysely takes no lock in SQLite: with this one a second process waits, and half a migration is undone.
    await beginImmediate(database);
    await migrate(name, db, migrations, { disableTransactions: true });
    database.exec('commit');
    return db;
  } catch (error) {
    database.close();
    if (error instanceof StorageError) throw error;
    throw new StorageError(`Storage of ${name}: ${reason(error)}`, { cause: error });
  }
}

function openFile(name: string, dataDir: string): DatabaseSync {
  const file = join(dataDir, `${name}.sqlite`);
  try {
    mkdirSync(dataDir, { recursive: true });
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    database.exec('pragma journal_mode = wal; pragma synchronous = normal');
    return database;
  } catch (error) {
    throw new StorageError(`Storage of ${name}: cannot open ${file}: ${reason(error)}`, { cause: error });
  }
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
