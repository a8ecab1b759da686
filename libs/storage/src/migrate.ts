import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { StorageError } from './storage-error.ts';

/**
 * Runs the migrations that have not been run.
 * @throws {StorageError} naming the one that failed
 */
export async function migrate<Schema>(
  name: string,
  db: Kysely<Schema>,
  migrations: Record<string, Migration>,
  options: { migrationTableSchema?: string; disableTransactions?: boolean },
): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations }, ...options });
  const { error, results } = await migrator.migrateToLatest();
  if (!error) return;
  const failed = results?.find((result) => result.status === 'Error');
  const what = failed ? `migration "${failed.migrationName}" failed` : 'the migrations cannot be run';
  throw new StorageError(`Storage of ${name}: ${what}: ${reason(error)}`, { cause: error });
}

/** The message of an error, or those that an attempt at several addresses gathered. */
export function reason(error: unknown): string {
  const { message, errors } = error as Partial<AggregateError>;
  return message || errors?.map(reason).join(', ') || String(error);
}
