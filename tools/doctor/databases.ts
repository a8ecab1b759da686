import { existsSync, globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Pool, RowDataPacket } from 'mysql2/promise';
import { databaseLabel, isPostgresUrl, mysqlConnection } from '#libs/storage';
import { versionFinding } from './database-findings.ts';
import { type Finding, ok, problem, reasonOf } from './finding.ts';
import type { Given } from './given.ts';
import { checkPostgres } from './postgres.ts';
import { judgeTables, MIGRATIONS_TABLE } from './service-tables.ts';

const TIMEOUT_MS = 3_000;

/** Whether the data of each service can be read, and have the tables of this release. */
export async function checkDatabases({ data }: Given): Promise<Finding[]> {
  if (!data) return [];
  const services = globSync('apps/*/migrations.ts')
    .map((file) => basename(dirname(file)))
    .sort();
  if (!data.DATABASE_URL) return Promise.all(services.map((name) => inSqlite(name, data.DATA_DIR)));
  if (!isPostgresUrl(data.DATABASE_URL)) return inMysql(data.DATABASE_URL, services);
  return checkPostgres(data.DATABASE_URL, services, data.DATABASE_STATEMENT_TIMEOUT_MS);
}

async function inSqlite(name: string, folder: string): Promise<Finding> {
  const file = join(folder, `${name}.sqlite`);
  if (!existsSync(file)) return ok(file, 'is made at the first start');
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const rows = database.prepare(`select name from ${MIGRATIONS_TABLE} order by name`).all();
      return await judgeTables(
        file,
        name,
        rows.map((row) => String(row['name'])),
      );
    } finally {
      database.close();
    }
  } catch (error) {
    return problem(
      file,
      `cannot be read: ${reasonOf(error)}`,
      'Restore it from a backup, or move it away: an empty one is made at the next start.',
    );
  }
}

async function inMysql(url: string, services: readonly string[]): Promise<Finding[]> {
  const { default: mysql } = await import('mysql2/promise');
  const about = `MySQL or MariaDB ${databaseLabel(url)}`;
  let client: Pool | undefined;
  try {
    client = mysql.createPool({ ...mysqlConnection(url), connectTimeout: TIMEOUT_MS, connectionLimit: 1 });
    const [rows] = await client.query<RowDataPacket[]>('select version() as version');
    const version = String(rows[0]!['version']);
    const prefix = decodeURIComponent(new URL(url).pathname.slice(1));
    const found: Finding[] = [];
    for (const name of services) {
      const database = prefix ? `${prefix}_${name}` : name;
      const where = `${about}, database ${database}`;
      found.push(
        (await mayCreateIn(client, database))
          ? await tablesInMysql(client, where, database, name)
          : mayNot(where, database),
      );
    }
    return [versionFinding(about, /mariadb/i.test(version) ? 'MariaDB' : 'MySQL', version), ...found];
  } catch (error) {
    return [
      problem(
        about,
        `cannot be used: ${reasonOf(error)}`,
        'Start it, and check address, user, password and ssl-mode in DATABASE_URL. The services do not start without it.',
      ),
    ];
  } finally {
    await client?.end().catch(() => {});
  }
}

/** Whether the user has the right to create the tables of a database, as far as that is known: those of roles are not. */
async function mayCreateIn(client: Pool, database: string): Promise<boolean> {
  const [[who]] = await client.query<RowDataPacket[]>('select current_user() as user, current_role() as role');
  const { user, role } = who as { user: string; role: string | null };
  if (role && role !== 'NONE') return true;
  const at = user.lastIndexOf('@');
  const grantee = `'${user.slice(0, at)}'@'${user.slice(at + 1)}'`;
  const [rights] = await client.query<RowDataPacket[]>(
    `select 1 from information_schema.user_privileges where privilege_type = 'CREATE' and grantee = ?
    union all select 1 from information_schema.schema_privileges
    where privilege_type = 'CREATE' and grantee = ? and ? like table_schema`,
    [grantee, grantee, database],
  );
  return rights.length > 0;
}

const mayNot = (where: string, database: string) =>
  problem(
    where,
    'does not let this user create tables, which the service does at its start',
    `Allow it: grant all on ${database}.* to ….`,
  );

/** Those of a service are in a database of its own. */
async function tablesInMysql(client: Pool, where: string, database: string, name: string): Promise<Finding> {
  const [tables] = await client.query<RowDataPacket[]>(
    'select 1 from information_schema.tables where table_schema = ? and table_name = ?',
    [database, MIGRATIONS_TABLE],
  );
  if (!tables.length) return ok(where, 'is made at the first start');
  const [ran] = await client.query<RowDataPacket[]>('select name from ?? order by name', [
    `${database}.${MIGRATIONS_TABLE}`,
  ]);
  return judgeTables(
    where,
    name,
    ran.map((row) => String(row['name'])),
  );
}
