import type { Client } from 'pg';
import { type Finding, problem } from './finding.ts';

interface Setting {
  item: string;
  value: string;
}

/** The settings of the Pgpool-II that answers; none where a PostgreSQL or another pooler does, which does not know the command. */
async function settingsOf(client: Client): Promise<Setting[]> {
  try {
    return (await client.query<Setting>('show pool_status')).rows;
  } catch {
    return [];
  }
}

/** Whether a Pgpool-II sends reads to replicas, which may be behind: services read what they have just written. */
export async function balancesReads(client: Client): Promise<boolean> {
  const settings = await settingsOf(client);
  const valueOf = (name: string) => settings.find(({ item }) => item === name)?.value ?? '';
  const readers = settings.filter(({ item, value }) => /^backend_weight\d+$/.test(item) && Number(value) > 0);
  const isRedirected = ['app_name', 'database'].some((by) =>
    valueOf(`${by}_redirect_preference_list`).includes(':primary'),
  );
  return valueOf('load_balance_mode') === '1' && readers.length > 1 && !isRedirected;
}

/** What is said of it. */
export const balanced = (about: string): Finding =>
  problem(
    about,
    'is a Pgpool-II that sends reads to replicas: services miss what they have just written, or fail',
    "Set app_name_redirect_preference_list = 'atrium-.*:primary' in pgpool.conf, and name the replicas in DATABASE_REPLICA_URLS.",
  );
