import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import pg from 'pg';

/** A database of a test; `drop` closes its connections and removes it. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Creates an empty database on the server of `serverUrl`. */
export async function createDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `atrium_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  // Services make databases of their own there, with this one's name as a prefix.
  if (!url.protocol.startsWith('postgres')) return { url: url.href, drop: () => dropAll(serverUrl, name) };
  await run(serverUrl, `create database ${name}`);
  return { url: url.href, drop: () => run(serverUrl, `drop database if exists ${name} with (force)`) };
}

async function run(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function dropAll(serverUrl: string, prefix: string): Promise<void> {
  const client = await mysql.createConnection({ uri: serverUrl.replace(/^mariadb/, 'mysql') });
  try {
    const [found] = await client.query<mysql.RowDataPacket[]>('show databases like ?', [`${prefix}\\_%`]);
    for (const name of found.flatMap((row) => Object.values(row) as string[]))
      await client.query(`drop database ${mysql.escapeId(name)}`);
  } finally {
    client.destroy();
  }
}
