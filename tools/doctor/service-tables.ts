import { tablesFinding } from './database-findings.ts';
import type { Finding } from './finding.ts';

/** Where Kysely notes the migrations that have run. */
export const MIGRATIONS_TABLE = 'kysely_migration';

/** Compares the migrations that a service has run with those of this release. */
export async function judgeTables(about: string, service: string, ran: readonly string[]): Promise<Finding> {
  const { migrations } = (await import(`#apps/${service}/migrations`)) as { migrations: object };
  return tablesFinding(about, ran, Object.keys(migrations));
}
