import { findPostgres } from './postgres-binaries.ts';
import { startPostgres } from './postgres-server.ts';
import { createDatabase } from './test-database.ts';

/** A PostgreSQL for tests, or the reason why there is none. */
export type PostgresForTests = { url: string; stop(): Promise<void> } | { skip: string };

/**
 * A new database of the server at `DATABASE_URL`, else one of a server started from the binaries on this machine.
 * @throws {Error} with `CI=true`, if there is neither
 */
export async function postgresForTests(): Promise<PostgresForTests> {
  const given = process.env['DATABASE_URL'];
  if (given) {
    const { url, drop } = await createDatabase(given);
    return { url, stop: drop };
  }
  const binaries = findPostgres();
  if (binaries) return startPostgres(binaries);
  const skip = 'no PostgreSQL: DATABASE_URL is not set, and initdb and postgres are not on this machine';
  if (process.env['CI'] === 'true') throw new Error(skip);
  return { skip };
}
