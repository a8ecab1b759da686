import { databaseLabel, splitOptions } from '#libs/storage';
import type { Client } from 'pg';
import { versionFinding } from './database-findings.ts';
import { balanced, balancesReads } from './pgpool.ts';
import { type Finding, ok, problem, reasonOf, warning } from './finding.ts';
import { judgeTables, MIGRATIONS_TABLE } from './service-tables.ts';

const TIMEOUT_MS = 3_000;

/** Whether a PostgreSQL, or the pooler before it, can be used, and has the tables of this release. */
export async function checkPostgres(
  url: string,
  services: readonly string[],
  statementTimeoutMs = 0,
): Promise<Finding[]> {
  const about = `PostgreSQL ${databaseLabel(url)}`;
  try {
    const { found, ownLimit } = await connected(url, '', async (client) => {
      // A Pgpool-II may answer this by a replica: whether it takes writes is asked of what writes go to.
      const { rows } = await client.query<{ version: string; limit: string; read_only: string; may: boolean }>(
        "/*NO LOAD BALANCE*/ select current_setting('server_version') as version, current_setting('statement_timeout') as limit, current_setting('transaction_read_only') as read_only, has_database_privilege(current_database(), 'CREATE') as may",
      );
      // A pooler in statement mode refuses transactions.
      await client.query('begin read only');
      await client.query('rollback');
      const { version, limit, read_only: readOnly, may } = rows[0]!;
      const all: Finding[] = [versionFinding(about, 'PostgreSQL', version)];
      if (readOnly === 'on') all.push(takesNoWrites(about));
      if (await balancesReads(client)) all.push(balanced(about));
      if (!may) return { found: [...all, mayNotCreate(about)], ownLimit: limit };
      for (const name of services) all.push(await tablesOf(client, `${about}, schema ${name}`, name));
      return { found: all, ownLimit: limit };
    });
    if (!statementTimeoutMs || ownLimit !== '0' || (await keepsSettings(url))) return found;
    return [...found, noLimit(about, statementTimeoutMs)];
  } catch (error) {
    return [
      problem(
        about,
        `cannot be used: ${reasonOf(error)}`,
        `${adviceFor(reasonOf(error))} The services do not start without it.`,
      ),
    ];
  }
}

function adviceFor(reason: string): string {
  if (/SSL|certificate|altnames|ENOENT|no encryption/.test(reason))
    return 'Check sslmode and sslrootcert in DATABASE_URL: require and verify-ca check as much as verify-full, and no-verify nothing.';
  return 'Start it, and check address, user, password and database in DATABASE_URL; a pooler needs the mode transaction or session.';
}

const takesNoWrites = (about: string) =>
  problem(
    about,
    'takes no writes: it is a replica, or default_transaction_read_only is on',
    'Set DATABASE_URL to the primary. Replicas are named by DATABASE_REPLICA_URLS.',
  );

const mayNotCreate = (about: string) =>
  problem(
    about,
    'does not let this user create schemas, which each service does at its start',
    'Allow it: grant create on database … to ….',
  );

async function tablesOf(client: Client, about: string, name: string): Promise<Finding> {
  const table = `${name}.${MIGRATIONS_TABLE}`;
  const exists = await client.query<{ found: string | null }>('select to_regclass($1) as found', [table]);
  if (!exists.rows[0]?.found) return ok(about, 'is made at the first start');
  const { rows } = await client.query<{ name: string }>(`select name from ${table} order by name`);
  if (rows.length && !(await hasTables(client, name)))
    return problem(
      about,
      'has no tables, although its migrations have run: an earlier release made them in another schema, behind a pooler or with options in DATABASE_URL',
      `Move them, for each table: alter table public.… set schema ${name}. The service fails without them.`,
    );
  return judgeTables(
    about,
    name,
    rows.map((row) => row.name),
  );
}

/** Whether a schema has more than the tables of migrations. */
async function hasTables(client: Client, schema: string): Promise<boolean> {
  const { rows } = await client.query(
    'select from pg_catalog.pg_tables where schemaname = $1 and tablename not like $2 limit 1',
    [schema, `${MIGRATIONS_TABLE}%`],
  );
  return rows.length > 0;
}

/** Whether a session has the settings that it asks for: poolers such as PgBouncer refuse or drop them. */
async function keepsSettings(url: string): Promise<boolean> {
  try {
    return await connected(url, '-c statement_timeout=4321', async (client) => {
      const { rows } = await client.query<{ limit: string }>(
        "select current_setting('statement_timeout') as limit",
      );
      return rows[0]?.limit === '4321ms';
    });
  } catch {
    return false;
  }
}

const noLimit = (about: string, timeoutMs: number) =>
  warning(
    about,
    'drops the settings of sessions, as PgBouncer does: DATABASE_STATEMENT_TIMEOUT_MS has no effect, and statements have no limit',
    `Set it for the role: alter role … set statement_timeout = '${timeoutMs}ms'.`,
  );

async function connected<Result>(
  url: string,
  options: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { default: pg } = await import('pg');
  const given = splitOptions(url);
  const client = new pg.Client({
    connectionString: given.url,
    connectionTimeoutMillis: TIMEOUT_MS,
    options: `${given.options} ${options}`.trim(),
    // Poolers may know services by it.
    application_name: 'atrium-doctor',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
