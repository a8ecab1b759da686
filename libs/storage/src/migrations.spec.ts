import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { compareMigrations, type Migration, type Migrations, migrateStorage, openStorage } from '#libs/storage';
import { describeStorages, type Place } from '#libs/testing';
import type { AnyDatabase, AnySchema } from '#libs/storage';
import { inHalves, type Moment, table } from './migrations.fixture.ts';

const all = { '001-shelf': table('shelf'), '002-book': table('book') };

/** Fails between its two tables: what the first start of a release on a full disk may look like. */
const breaking = (isBroken: () => boolean): Migration =>
  inHalves(async (moment, db) => {
    if (moment === 'middle' && isBroken()) await sql`select 1 from nowhere`.execute(db);
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
    return names.filter((name) => !name.startsWith('migration_')).sort();
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

  /** A process that runs or undoes `halves` up to a moment. @returns kills it */
  async function hungIn(direction: 'up' | 'down', until: Moment): Promise<() => Promise<void>> {
    const script = new URL('./killed-migration.fixture.ts', import.meta.url);
    const execArgv = ['-C', 'atrium', '--import', './tools/swc-register.mjs'];
    const child = fork(script, [JSON.stringify({ place, direction, until })], { execArgv, stdio: 'inherit' });
    const exit = once(child, 'exit');
    expect(await Promise.race([once(child, 'message'), exit])).toEqual([until]);
    return async () => {
      child.kill('SIGKILL');
      expect(await exit).toEqual([null, 'SIGKILL']);
    };
  }
  const halves = { '001-halves': inHalves(async () => undefined) };

  it.each(['start', 'middle', 'end'] as const)(
    'are repaired at the next start if the process was killed in one, at its %s',
    async (moment) => {
      const kill = await hungIn('up', moment);
      const waiting = open(halves);
      await kill();
      await waiting;
      expect([await tables(), await statusOf(halves)]).toEqual([['half', 'other_half'], ['001-halves run']]);
      await on(halves, (of) => of.down());
      expect([await tables(), await statusOf(halves)]).toEqual([[], ['001-halves new']]);
    },
  );

  it.each(['start', 'middle', 'end'] as const)(
    'are whole at the next start if the process was killed while it undid one, at its %s',
    async (moment) => {
      await open(halves);
      await (
        await hungIn('down', moment)
      )();
      await open(halves);
      expect([await tables(), await statusOf(halves)]).toEqual([['half', 'other_half'], ['001-halves run']]);
      await (
        await hungIn('down', moment)
      )();
      expect(await on(halves, (of) => of.down())).toEqual(['001-halves']);
      expect(await tables()).toEqual([]);
    },
  );

  it('are undone one by one also if the process was killed when it had undone one, before it said so', async () => {
    // The other databases note nothing: they roll back.
    if (storage.kind !== 'mariadb') return;
    await open(all);
    const older = await open({ '001-shelf': all['001-shelf'] });
    const killedAfter = async () => {
      expect(await on(all, (of) => of.down())).toEqual(['002-book']);
      await sql`insert into migration_undo (name) values ('002-book')`.execute(older);
    };
    await killedAfter();
    expect(await on(all, (of) => of.down())).toEqual(['002-book']);
    expect([await tables(), await statusOf()]).toEqual([['shelf'], ['001-shelf run', '002-book new']]);
    await open(all);
    await killedAfter();
    await open(all);
    expect([await tables(), await statusOf()]).toEqual([
      ['book', 'shelf'],
      ['001-shelf run', '002-book run'],
    ]);
    expect(await on(all, (of) => of.down())).toEqual(['002-book']);
    expect(await on(all, (of) => of.down())).toEqual(['001-shelf']);
    expect(await tables()).toEqual([]);
  });

  it('stay as they are at the next start if undoing one has failed, which its caller knows', async () => {
    await open(halves);
    const failing = inHalves(async () => Promise.reject(new Error('not allowed')));
    await expect(on({ '001-halves': failing }, (of) => of.down())).rejects.toThrow('not allowed');
    const moments: string[] = [];
    await open({ '001-halves': inHalves(async (moment) => void moments.push(moment)) });
    expect(moments).toEqual([]);
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
