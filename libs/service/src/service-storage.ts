import { openReads, openStorage, type Reads, type StorageOptions } from '#libs/storage';
import type { Kysely } from 'kysely';
import { serveMetrics } from './storage-metrics.ts';
import type { StorageSettings } from './storage-settings.ts';

/** The storage of a service, as its settings say. */
export interface ServiceStorage<Schema> {
  /** The database that is written. */
  db: Kysely<Schema>;
  /** Lists and other reads that may cost something: from replicas, if there are any. */
  reads: Reads<Schema>;
  close(): Promise<void>;
}

type Settings = StorageSettings & { HOST: string };

/**
 * Opens the storage of a service, migrated to the latest version, and shows its use at `METRICS_PORT`.
 * @param prepare runs before, for example to seed it: what it throws closes the storage
 * @throws {StorageError | PortInUseError}
 */
export async function openServiceStorage<Schema>(
  name: string,
  settings: Settings,
  migrations: StorageOptions['migrations'],
  prepare?: (db: Kysely<Schema>) => Promise<void>,
): Promise<ServiceStorage<Schema>> {
  const options = { name, migrations, ...storageOptions(settings) };
  const db = await openStorage<Schema>(options);
  try {
    await prepare?.(db);
    const { DATABASE_REPLICA_URLS: urls, DATABASE_REPLICA_WAIT_MS: waitMs } = settings;
    const reads = await openReads(db, options, { urls, waitMs });
    const metrics = await serveMetrics(name, settings, reads);
    const close = async () => {
      await Promise.all([metrics.close(), reads.close(), db.destroy()]);
    };
    return { db, reads, close };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** The options of `openStorage` that are settings. */
export function storageOptions(settings: StorageSettings): Omit<StorageOptions, 'name' | 'migrations'> {
  return {
    databaseUrl: settings.DATABASE_URL,
    dataDir: settings.DATA_DIR,
    pool: {
      max: settings.DATABASE_POOL,
      waitMs: settings.DATABASE_POOL_WAIT_MS,
      queue: settings.DATABASE_POOL_QUEUE,
    },
    statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
  };
}
