import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import {
  documentHas,
  dropDocumentIndexes,
  indexDocuments,
  type Migration,
  migrateStorage,
  openStorage,
} from '#libs/storage';
import { describeStorages, type Place } from '#libs/testing';

interface Schema {
  lamp: { id: number; details: string };
}

const MEMBERS = ['colour', 'size'];
const migrations: Record<string, Migration> = {
  '001-lamp': {
    up: (db) =>
      db.schema
        .createTable('lamp')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('details', 'text', (column) => column.notNull())
        .execute(),
    down: (db) => db.schema.dropTable('lamp').execute(),
  },
  '002-details': {
    up: (db) => indexDocuments(db, 'lamp', 'details', MEMBERS),
    down: (db) => dropDocumentIndexes(db, 'lamp', 'details', MEMBERS),
  },
};

describeStorages('documents', (storage) => {
  let place: Place;
  let db: Kysely<Schema>;
  beforeEach(async () => {
    place = await storage.fresh();
    db = await openStorage<Schema>({ name: 'lamps', ...place, migrations });
  });
  afterEach(() => db.destroy());

  const having = (member: string, text: string) =>
    db
      .selectFrom('lamp')
      .selectAll()
      .where(documentHas(db, 'details', member, text))
      .orderBy('id');
  const add = (...documents: object[]) =>
    db
      .insertInto('lamp')
      .values(documents.map((document, id) => ({ id, details: JSON.stringify(document) })))
      .execute();
  const idsWith = async (member: string, text: string) =>
    (await having(member, text).execute()).map(({ id }) => id);

  it('are found by a member, with its exact text', async () => {
    await add(
      { colour: 'red', size: 'L' },
      { colour: 'Red' },
      { size: 'red' },
      {},
      { colour: ['red'] },
      { colour: null },
    );
    expect(await idsWith('colour', 'red')).toEqual([0]);
    expect(await idsWith('size', 'red')).toEqual([2]);
    expect(await idsWith('colour', 'null')).toEqual([]);
  });

  it('are found by any text, whatever characters it has', async () => {
    const texts = [`o'clock "x"`, 'back\\slash', '☃ 👩', `'); drop table lamp; --`, 'null', '1'];
    await add(...texts.map((colour) => ({ colour })));
    for (const [id, text] of texts.entries()) expect(await idsWith('colour', text)).toEqual([id]);
  });

  it('come back as the text that was written', async () => {
    const document = { size: 'L', colour: 'red', nested: { list: [1, 'two', null] } };
    await add(document);
    expect(await having('colour', 'red').execute()).toEqual([{ id: 0, details: JSON.stringify(document) }]);
  });

  it('are found by an index', async () => {
    for (let from = 0; from < 5_000; from += 500) {
      const rows = Array.from({ length: 500 }, (_, n) => ({
        id: from + n,
        details: JSON.stringify({ colour: `colour ${from + n}`, size: 'L' }),
      }));
      await db.insertInto('lamp').values(rows).execute();
    }
    await sql.raw(storage.kind === 'mariadb' ? 'analyze table lamp' : 'analyze').execute(db);
    const plan = having('colour', 'colour 77').clearOrderBy();
    const rows = await (storage.kind === 'sqlite' ? plan.explain(undefined, sql`query plan`) : plan.explain());
    const index = storage.kind === 'postgres' ? 'lamp_details' : 'lamp_details_colour';
    expect(JSON.stringify(rows)).toMatch(new RegExp(`"[^"]*\\b${index}\\b`));
    expect(await idsWith('colour', 'colour 77')).toEqual([77]);
  });

  it('are indexed by names only', async () => {
    for (const member of ['', 'a b', "a'", 'A', 'a.b', 'a"'])
      expect(() => documentHas(db, 'details', member, 'x')).toThrow(TypeError);
  });

  it('lose their indexes when the migration is undone, and have them again', async () => {
    await add({ colour: 'red' });
    const options = { name: 'lamps', ...place, migrations };
    expect(await migrateStorage(options, (of) => of.down())).toEqual(['002-details']);
    expect(await migrateStorage(options, (of) => of.up())).toEqual(['002-details']);
    expect(await idsWith('colour', 'red')).toEqual([0]);
  });
});
