import { existsSync, globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Pool, RowDataPacket } from 'mysql2/promise';
import { tablesFinding, versionFinding } from './database-findings.ts';
import { type Finding, ok, problem, reasonOf } from './finding.ts';
import type { Given } from './given.ts';

const TIMEOUT_MS = 3_000;
/** Where Kysely notes the migrations that have run. */
const TABLE = 'kysely_migration';

/** Whether the data of each service can be read, and have the tables of this release. */
export async function checkDatabases({ data }: Given): Promise<Finding[]> {
  if (!data) return [];
  const services = globSync('apps/*/migrations.ts')
    .map((file) => basename(dirname(file)))
    .sort();
  if (!data.DATABASE_URL) return Promise.all(services.map((name) => inSqlite(name, data.DATA_DIR)));
  if (!/^postgres(ql)?:/.test(data.DATABASE_URL)) return inMysql(data.DATABASE_URL, services);
  return inPostgres(data.DATABASE_URL, services);
}

async function inSqlite(name: string, folder: string): Promise<Finding> {
  const file = join(folder, `${name}.sqlite`);
  if (!existsSync(file)) return ok(file, 'is made at the first start');
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const rows = database.prepare(`select name from ${TABLE} order by name`).all();
      return await judge(
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

async function inPostgres(url: string, services: readonly string[]): Promise<Finding[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
  client.on('error', () => {});
  const { host, pathname } = new URL(url);
  const about = `PostgreSQL ${host}${pathname}`;
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      "select current_setting('server_version') as version",
    );
    const found = await Promise.all(
      services.map(async (name) => {
        const table = `${name}.${TABLE}`;
        const exists = await client.query('select to_regclass($1) as found', [table]);
        if (!exists.rows[0].found) return ok(`${about}, schema ${name}`, 'is made at the first start');
        const { rows: ran } = await client.query<{ name: string }>(`select name from ${table} order by name`);
        return judge(
          `${about}, schema ${name}`,
          name,
          ran.map((row) => row.name),
        );
      }),
    );
    return [versionFinding(about, 'PostgreSQL', rows[0]!.version), ...found];
  } catch (error) {
    return [
      problem(
        about,
        `cannot be used: ${reasonOf(error)}`,
        'Start it, and check address, user, password and database in DATABASE_URL. The services do not start without it.',
      ),
    ];
  } finally {
    await client.end().catch(() => {});
  }
}

async function inMysql(url: string, services: readonly string[]): Promise<Finding[]> {
  const { default: mysql } = await import('mysql2/promise');
  const { host, hostname, port, username, password, pathname, searchParams } = new URL(url);
  const tls = searchParams.get('ssl-mode') ?? 'DISABLED';
  const about = `MySQL or MariaDB ${host}${pathname}`;
  const client = mysql.createPool({
    host: decodeURIComponent(hostname).replace(/^\[|\]$/g, ''),
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(tls !== 'DISABLED' && { ssl: { rejectUnauthorized: tls === 'VERIFY_IDENTITY' } }),
    connectTimeout: TIMEOUT_MS,
    connectionLimit: 1,
  });
  try {
    const [rows] = await client.query<RowDataPacket[]>('select version() as version');
    const version = String(rows[0]!['version']);
    const found: Finding[] = [];
    for (const name of services) found.push(await tablesInMysql(client, about, pathname, name));
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
    await client.end().catch(() => {});
  }
}

/** Those of a service are in a database of its own. */
async function tablesInMysql(client: Pool, about: string, pathname: string, name: string): Promise<Finding> {
  const prefix = decodeURIComponent(pathname.slice(1));
  const database = prefix ? `${prefix}_${name}` : name;
  const where = `${about}, database ${database}`;
  const [tables] = await client.query<RowDataPacket[]>(
    'select 1 from information_schema.tables where table_schema = ? and table_name = ?',
    [database, TABLE],
  );
  if (!tables.length) return ok(where, 'is made at the first start');
  const [ran] = await client.query<RowDataPacket[]>('select name from ?? order by name', [`${database}.${TABLE}`]);
  return judge(
    where,
    name,
    ran.map((row) => String(row['name'])),
  );
}

/** Compares the migrations that have run with those of this release. */
async function judge(about: string, service: string, ran: readonly string[]): Promise<Finding> {
  const { migrations } = (await import(`#apps/${service}/migrations`)) as { migrations: object };
  return tablesFinding(about, ran, Object.keys(migrations));
}
