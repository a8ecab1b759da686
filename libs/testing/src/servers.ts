import { postgresForTests } from './postgres.ts';

/** Started once per jest run, because starting takes seconds. */
const stops: Array<() => Promise<void>> = [];

/**
 * Starts the servers that tests share, and passes them to jest's workers in the environment: `TEST_DATABASE_URL`, or
 * `TEST_DATABASE_SKIP` with the reason why there is none.
 */
export async function startServers(): Promise<void> {
  const postgres = await postgresForTests();
  if ('skip' in postgres) {
    process.env['TEST_DATABASE_SKIP'] = postgres.skip;
    process.stderr.write(`Tests on PostgreSQL are skipped: ${postgres.skip}\n`);
    return;
  }
  process.env['TEST_DATABASE_URL'] = postgres.url;
  stops.push(postgres.stop);
}

/** Stops the servers of `startServers`. */
export async function stopServers(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}
