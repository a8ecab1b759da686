import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Migration, openReads, openStorage, type Reads } from '#libs/storage';
import {
  type DatabaseServer,
  findPostgres,
  runPostgres,
  startPostgres,
  succeeded,
  unprivileged,
} from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { AnyDatabase } from '#libs/storage';

jest.setTimeout(60_000);

interface Schema {
  book: { id: string; title: string };
}
const migrations: Record<string, Migration> = {
  '001-book': {
    up: (db) =>
      db.schema
        .createTable('book')
        .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
        .addColumn('title', 'text', (column) => column.notNull())
        .execute(),
  },
};
const POOL = { max: 5, waitMs: 1_000, queue: 100 };

const binaries = findPostgres();
const withPostgres = binaries ? describe : describe.skip;

withPostgres(`reads from a streaming replica${binaries ? '' : ' (no PostgreSQL on this machine)'}`, () => {
  let primary: DatabaseServer;
  let replica: DatabaseServer;
  const dbs: AnyDatabase[] = [];
  let db: Kysely<Schema>;
  let reads: Reads<Schema>;
  let admin: AnyDatabase;

  const titleOf = (id: string) =>
    reads.run(async (one) => {
      const rows = await sql<{ title: string; isReplica: boolean }>`
        select title, pg_is_in_recovery() as "isReplica" from book where id = ${id}`.execute(one);
      return rows.rows[0];
    });

  beforeAll(async () => {
    primary = await startPostgres(binaries!, ['wal_level=replica', 'max_wal_senders=4', 'fsync=off']);
    const folder = mkdtempSync(join(tmpdir(), 'atrium-replica-'));
    const { host } = new URL(primary.url);
    const [, port = ''] = host.split(':');
    const copy = ['-h', '127.0.0.1', '-p', port, '-U', 'postgres', '-D', join(folder, 'data'), '-R', '-c', 'fast'];
    await succeeded(spawn(join(binaries!, 'pg_basebackup'), copy, unprivileged(folder, 'postgres')));
    replica = await runPostgres(binaries!, folder, ['hot_standby=on', 'fsync=off']);
    const options = { name: 'library', dataDir: '.data', databaseUrl: primary.url, migrations, pool: POOL };
    db = await openStorage<Schema>(options);
    reads = await openReads(db, options, { urls: [replica.url], waitMs: 200 });
    [, admin] = reads.databases as [AnyDatabase, AnyDatabase];
    dbs.push(db);
  });
  afterAll(async () => {
    await reads?.close();
    for (const one of dbs) await one.destroy();
    await replica?.stop();
    await primary?.stop();
  });
  /** Stops the replica from replaying what it receives, or lets it go on. */
  const replay = (is: 'paused' | 'running') =>
    (is === 'paused' ? sql`select pg_wal_replay_pause()` : sql`select pg_wal_replay_resume()`).execute(admin);

  it('have what was written just before, and come from the replica', async () => {
    for (let n = 0; n < 20; n += 1) {
      await db
        .insertInto('book')
        .values({ id: `b${n}`, title: 'First' })
        .execute();
      await db
        .updateTable('book')
        .set({ title: `Second ${n}` })
        .where('id', '=', `b${n}`)
        .execute();
      expect((await titleOf(`b${n}`))?.title).toBe(`Second ${n}`);
    }
    expect(reads.statistics.replica).toBeGreaterThan(0);
    expect((await titleOf('b1'))?.isReplica).toBe(true);
  });

  it('come from the primary while the replica is behind, and from the replica when it has caught up', async () => {
    await replay('paused');
    await db.insertInto('book').values({ id: 'late', title: 'Late' }).execute();
    expect(await titleOf('late')).toEqual({ title: 'Late', isReplica: false });
    await replay('running');
    for (;;) {
      const found = await titleOf('late');
      expect(found?.title).toBe('Late');
      if (found?.isReplica) break;
    }
  });

  it('have what another process has written', async () => {
    const other = await openStorage<Schema>({
      name: 'library',
      dataDir: '.data',
      databaseUrl: primary.url,
      migrations,
    });
    dbs.push(other);
    await replay('paused');
    await other.insertInto('book').values({ id: 'other', title: 'Of another' }).execute();
    expect(await titleOf('other')).toEqual({ title: 'Of another', isReplica: false });
    await replay('running');
  });

  it('ask the primary once for many that begin together', async () => {
    const before = { ...reads.statistics };
    const found = await Promise.all(Array.from({ length: 50 }, () => titleOf('b1')));
    expect(found.every((row) => row?.title === 'Second 1')).toBe(true);
    expect(reads.statistics.replica + reads.statistics.primary - before.replica - before.primary).toBe(50);
  });

  it('come from the primary while the replica is down, and from the replica after its return', async () => {
    await replica.kill();
    for (let n = 0; n < 5; n += 1) expect(await titleOf('b1')).toEqual({ title: 'Second 1', isReplica: false });
    await replica.start();
    for (;;) {
      const found = await titleOf('b1');
      expect(found?.title).toBe('Second 1');
      if (found?.isReplica) break;
    }
  });
});
