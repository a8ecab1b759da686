import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { compareMigrations, type Migration, type Migrations, migrateStorage, openStorage } from '#libs/storage';
import { describeStorages, type Place } from '#libs/testing';
import type { AnyDatabase, AnySchema } from '#libs/storage';

/** A migration that makes one table. */
const table = (name: string): Migration => ({
  up: (db) => db.schema.createTable(name).addColumn('id', 'integer').execute(),
  down: (db) => db.schema.dropTable(name).execute(),
});
const all = { '001-shelf': table('shelf'), '002-book': table('book') };

/** Makes one table, fails, and makes another: what the first start of a release on a full disk may look like. */
const breaking = (isBroken: () => boolean): Migration => ({
  up: async (db) => {
    await db.schema.createTable('half').addColumn('id', 'integer').execute();
    if (isBroken()) await sql`select 1 from nowhere`.execute(db);
    await db.schema.createTable('other_half').addColumn('id', 'integer').execute();
  },
  down: async (db) => {
    await db.schema.dropTable('other_half').execute();
    await db.schema.dropTable('half').execute();
  },
});

describeStorages('migrations', (storage) => {
  let place: Place;
  beforeEach(async () => {
    place = await storage.fresh();
  });
  const opened: AnyDatabase[] = [];
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.destroy();
  });
  const open = async (migrations: Record<string, Migration>) => {
    const db = await openStorage<AnySchema>({ name: 'library', ...place, migrations });
    opened.push(db);
    return db;
  };
  const on = <Result>(migrations: Record<string, Migration>, work: (of: Migrations) => Promise<Result>) =>
    migrateStorage({ name: 'library', ...place, migrations }, work);
  const tables = async () => {
    const db = await open({});
    const names = (await db.introspection.getTables()).map(({ name }) => name);
    return names.filter((name) => name !== 'migration_attempt').sort();
  };
  const statusOf = async (migrations = all as Record<string, Migration>) =>
    (await on(migrations, (of) => of.status())).map(
      ({ name, executedAt, isUnknown }) => `${name} ${executedAt ? 'run' : 'new'}${isUnknown ? ' unknown' : ''}`,
    );

  it('are listed, run, undone one by one, and run again', async () => {
    expect(await statusOf()).toEqual(['001-shelf new', '002-book new']);
    expect(await on(all, (of) => of.up())).toEqual(['001-shelf', '002-book']);
    expect(await on(all, (of) => of.up())).toEqual([]);
    expect(await statusOf()).toEqual(['001-shelf run', '002-book run']);
    expect(await on(all, (of) => of.down())).toEqual(['002-book']);
    expect([await tables(), await statusOf()]).toEqual([['shelf'], ['001-shelf run', '002-book new']]);
    expect(await on(all, (of) => of.down())).toEqual(['001-shelf']);
    expect(await on(all, (of) => of.down())).toEqual([]);
    expect(await on(all, (of) => of.up())).toEqual(['001-shelf', '002-book']);
    expect(await tables()).toEqual(['book', 'shelf']);
  });

  it('are run by one of several processes that start at once', async () => {
    let runs = 0;
    const counted: Migration = {
      up: async (db) => {
        runs += 1;
        await db.schema.createTable('shelf').addColumn('id', 'integer').execute();
      },
    };
    await Promise.all([1, 2, 3].map(() => open({ '001-shelf': counted })));
    expect(runs).toBe(1);
  });

  it('leave nothing of a start in which one failed where the database can roll it back', async () => {
    await expect(open({ ...all, '003-broken': breaking(() => true) })).rejects.toThrow(
      /library: migration "003-broken" failed: .*nowhere/,
    );
    expect(await tables()).toEqual(storage.kind === 'mariadb' ? ['book', 'half', 'shelf'] : []);
  });

  it('are repaired at the next start if one broke off', async () => {
    let isBroken = true;
    const given = { ...all, '003-broken': breaking(() => isBroken) };
    for (const _ of [1, 2]) await expect(open(given)).rejects.toThrow('nowhere');
    isBroken = false;
    await open(given);
    expect(await tables()).toEqual(['book', 'half', 'other_half', 'shelf']);
  });

  it('of a later release stay when an older one starts or goes back', async () => {
    await open(all);
    const older = { '001-shelf': all['001-shelf'] };
    await open(older);
    expect(await statusOf(older)).toEqual(['001-shelf run', '002-book run unknown']);
    await expect(on(older, (of) => of.down())).rejects.toThrow('002-book was run by a later release');
    expect(await tables()).toEqual(['book', 'shelf']);
  });

  it.each([
    ['are those of the release', '1 2', '1 2', { later: [], missing: [], isInOrder: true }],
    ['are its first ones', '1', '1 2', { later: [], missing: ['2'], isInOrder: true }],
    ['are followed by later ones', '1 2 3', '1', { later: ['2', '3'], missing: [], isInOrder: true }],
    ['miss one before a later one', '1 3', '1 2', { later: ['3'], missing: ['2'], isInOrder: false }],
    ['miss one before one of its own', '1 3', '1 2 3', { later: [], missing: ['2'], isInOrder: false }],
    ['have one that it has not, before its own', '1 2 3', '1 3', { later: [], missing: [], isInOrder: false }],
  ])('that %s let it start, or not, as the comparison says', async (_, ran, known, expected) => {
    const of = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, table(`t${name}`)]));
    await open(of(ran));
    const compared = compareMigrations(ran.split(' '), known.split(' '));
    const starts = await open(of(known)).then(
      () => true,
      () => false,
    );
    expect(compared).toEqual(expected);
    expect(starts).toBe(compared.isInOrder);
  });
});
