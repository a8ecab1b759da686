import { databaseLabel } from '#libs/storage';
import type { Client } from 'pg';
import { type Finding, ok, reasonOf, warning } from './finding.ts';
import type { Given } from './given.ts';

const TIMEOUT_MS = 3_000;

/** Whether the replicas of DATABASE_REPLICA_URLS are there, and are replicas. Without one the primary is read. */
export async function checkReplicas({ data }: Given): Promise<Finding[]> {
  return Promise.all((data?.DATABASE_REPLICA_URLS ?? []).map(checkReplica));
}

async function checkReplica(url: string): Promise<Finding> {
  const { default: pg } = await import('pg');
  const about = `replica ${databaseLabel(url)}`;
  let client: Client | undefined;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query<{ follows: boolean }>('select pg_is_in_recovery() as follows');
    if (rows[0]!.follows) return ok(about, 'answers, and follows its primary');
    return warning(
      about,
      'is no replica: each list waits for it and then reads the primary',
      'Take it out of DATABASE_REPLICA_URLS, or make it follow the server of DATABASE_URL.',
    );
  } catch (error) {
    return warning(
      about,
      `cannot be used: ${reasonOf(error)}: lists are read from the primary`,
      'Start it, and check address, user, password and database in DATABASE_REPLICA_URLS.',
    );
  } finally {
    await client?.end().catch(() => {});
  }
}
