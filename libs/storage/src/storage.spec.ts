import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { contains, type Migration, openStorage } from '#libs/storage';
import { describeStorages, type Place } from '#libs/testing';

interface Schema {
  shelf: { id: string; name: string; stock: number; sold: number };
  book: { id: string; shelf_id: string };
}

const first: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('shelf')
      .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('stock', 'integer', (column) => column.notNull().check(sql`stock >= 0`))
      .addColumn('sold', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
const second: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('book')
      .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
      .addColumn('shelf_id', 'varchar(255)', (column) => column.notNull())
      .addForeignKeyConstraint('book_shelf', ['shelf_id'], 'shelf', ['id'])
      .execute();
  },
};
const migrations = { '001': first, '002': second };

describeStorages('storage', (storage) => {
  let place: Place;
  let opened: Kysely<Schema>[];

  const open = async (given: Record<string, Migration> = migrations, name = 'library') => {
    const db = await openStorage<Schema>({ name, ...place, migrations: given });
    opened.push(db);
    return db;
  };
  const addShelf = (db: Kysely<Schema>, row: Partial<Schema['shelf']>) =>
    db
      .insertInto('shelf')
      .values({ id: 's1', name: 'Poetry', stock: 3, sold: 0, ...row })
      .execute();

  beforeEach(async () => {
    opened = [];
    place = await storage.fresh();
  });
  afterEach(async () => {
    for (const db of opened) await db.destroy();
  });

  it('keeps written data when it is reopened', async () => {
    const db = await open();
    await addShelf(db, {});
    await db.destroy();
    const again = await open();
    expect(await again.selectFrom('shelf').selectAll().execute()).toEqual([
      { id: 's1', name: 'Poetry', stock: 3, sold: 0 },
    ]);
  });

  it('runs only new migrations', async () => {
    await addShelf(await open({ '001': first }), {});
    const db = await open(migrations);
    await db.insertInto('book').values({ id: 'b1', shelf_id: 's1' }).execute();
    expect(await db.selectFrom('book').select('id').execute()).toEqual([{ id: 'b1' }]);
  });

  it('separates services', async () => {
    const library = await open();
    const shop = await open(migrations, 'shop');
    await addShelf(library, {});
    expect(await shop.selectFrom('shelf').selectAll().execute()).toEqual([]);
  });

  it('returns counts and sums as numbers', async () => {
    const db = await open();
    await addShelf(db, { sold: 5_000_000_000 });
    await addShelf(db, { id: 's2', sold: 1 });
    const { count, sum } = await db
      .selectFrom('shelf')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number>('sold').as('sum')])
      .executeTakeFirstOrThrow();
    expect([count, sum]).toEqual([2, 5_000_000_001]);
  });

  it('enforces foreign keys and checks', async () => {
    const db = await open();
    await addShelf(db, {});
    await expect(db.insertInto('book').values({ id: 'b1', shelf_id: 'nowhere' }).execute()).rejects.toThrow();
    await expect(db.updateTable('shelf').set({ stock: -1 }).execute()).rejects.toThrow();
  });

  it('rolls back a failed transaction, and returns the number of updated rows', async () => {
    const db = await open();
    await addShelf(db, {});
    const failing = db.transaction().execute(async (transaction) => {
      await transaction.updateTable('shelf').set({ stock: 0 }).execute();
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    const { numUpdatedRows } = await db
      .updateTable('shelf')
      .set({ stock: 1 })
      .where('stock', '=', 3)
      .executeTakeFirst();
    expect(Number(numUpdatedRows)).toBe(1);
  });

  it('decrements stock concurrently in one statement, never below zero', async () => {
    const db = await open();
    await addShelf(db, { stock: 3 });
    const take = () =>
      db
        .updateTable('shelf')
        .set(({ eb }) => ({ stock: eb('stock', '-', 1) }))
        .where('stock', '>=', 1)
        .executeTakeFirst();
    const taken = await Promise.all(Array.from({ length: 8 }, take));
    expect(taken.reduce((total, { numUpdatedRows }) => total + Number(numUpdatedRows), 0)).toBe(3);
    expect(await db.selectFrom('shelf').select('stock').execute()).toEqual([{ stock: 0 }]);
  });

  it('finds a substring case-insensitively, with wildcards as literal characters', async () => {
    const db = await open();
    const names = { s1: 'Poetry', s2: '100% Prose', s3: 'A_b', s4: 'Back\\slash' };
    for (const [id, name] of Object.entries(names)) await addShelf(db, { id, name });
    const find = async (text: string) => {
      const found = await db
        .selectFrom('shelf')
        .select('id')
        .where(contains('shelf.name', text))
        .orderBy('id')
        .execute();
      return found.map((row) => row.id).join(' ');
    };
    expect([await find('poet'), await find('POETRY'), await find('')]).toEqual(['s1', 's1', 's1 s2 s3 s4']);
    expect([await find('0%'), await find('%'), await find('a_b'), await find('_')]).toEqual([
      's2',
      's2',
      's3',
      's3',
    ]);
    expect([await find('\\'), await find("o'r"), await find('P%y')]).toEqual(['s4', '', '']);
  });

  it('continues after its connections were lost', async () => {
    const db = await open();
    if (storage.kind === 'postgres') {
      const admin = await open(migrations, 'admin');
      const end = sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'atrium-library'`;
      await end.execute(admin);
    }
    // The pool learns of each loss from its socket, or from a query that fails on it.
    const add = (): Promise<unknown> => addShelf(db, {}).catch(() => setImmediate().then(add));
    await add();
    expect(await db.selectFrom('shelf').select('id').execute()).toEqual([{ id: 's1' }]);
  });

  it('has the committed data of a killed process, and no uncommitted data', async () => {
    await (await open()).destroy();
    const script = new URL('./killed-writer.fixture.ts', import.meta.url);
    const options = ['-C', 'atrium', '--import', './tools/swc-register.mjs'];
    const child = fork(script, [JSON.stringify(place)], { execArgv: options, stdio: 'inherit' });
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const db = await open();
    expect(await db.selectFrom('shelf').select('id').execute()).toEqual([{ id: 'committed' }]);
  });
});

describe('storage that cannot be opened', () => {
  it.each(['Users', 'a"b', '../up', ''])('cannot have the name %p', async (name) => {
    await expect(openStorage({ name, dataDir: '.data', migrations: {} })).rejects.toThrow(TypeError);
  });

  it('is reported with its file', async () => {
    const attempt = openStorage({ name: 'library', dataDir: '/dev/null/data', migrations: {} });
    await expect(attempt).rejects.toThrow(/library: cannot open .*library\.sqlite/);
  });

  it.each([
    ['PostgreSQL', 'postgres'],
    ['MySQL', 'mariadb'],
    ['MySQL', 'mysql'],
  ])('is reported if %s does not answer at %s://, without the password', async (name, protocol) => {
    const databaseUrl = `${protocol}://somebody:secret-word@127.0.0.1:1/nowhere`;
    const attempt = openStorage({ name: 'library', databaseUrl, dataDir: '.data', migrations: {} });
    await expect(attempt).rejects.toThrow(new RegExp(`library: cannot use ${name}: .*ECONNREFUSED`));
    await expect(attempt).rejects.not.toThrow(/secret-word/);
  });
});
