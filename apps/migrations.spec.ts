import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  type AnyDatabase,
  type AnySchema,
  type Migration,
  migrateStorage,
  type Migrations,
  openStorage,
} from '#libs/storage';
import { describeStorages, type Place } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { sql } from 'kysely';

const services = globSync('apps/*/migrations.ts').map((file) => basename(dirname(file)));
/** The tables in which the migrations themselves are noted. */
const NOTES = ['migration_attempt', 'migration_undo'];

/** Every index and constraint, in the words of each database. */
const INDEXES = {
  sqlite: `select tbl_name as of, name, sql from sqlite_master where type = 'index' and tbl_name not like 'kysely%'`,
  postgres: `select tablename as of, indexname as name, indexdef as sql from pg_indexes
    where schemaname = current_schema() and tablename not like 'kysely%'
    union all select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where connamespace = current_schema()::regnamespace and conrelid::regclass::text not like 'kysely%'`,
  mariadb: `select table_name as \`of\`, index_name as name, concat(seq_in_index, column_name, non_unique) as \`sql\`
    from information_schema.statistics where table_schema = database() and table_name not like 'kysely%'
    and table_name not like 'migration%'`,
};

describeStorages('the migrations', (storage) => {
  /** All tables, columns, indexes and constraints. */
  async function schemaOf(db: AnyDatabase) {
    const tables = (await db.introspection.getTables()).filter(({ name }) => !NOTES.includes(name));
    const { rows } = await sql.raw<object>(INDEXES[storage.kind]).execute(db);
    const columns = tables.flatMap(({ name, columns }) => columns.map((column) => ({ of: name, ...column })));
    // An added column comes last.
    return [...columns, ...rows].map((row) => JSON.stringify(row)).sort();
  }

  it.each(services)('of %s undo what they have made, one by one, and make it again', async (name) => {
    const { migrations } = (await import(`./${name}/migrations.ts`)) as { migrations: Record<string, Migration> };
    const place: Place = await storage.fresh();
    const names = Object.keys(migrations).sort();
    const run = <Result>(work: (of: Migrations) => Promise<Result>, known = names.length) => {
      const given = Object.fromEntries(names.slice(0, known).map((one) => [one, migrations[one]!]));
      return migrateStorage({ name, ...place, migrations: given }, work);
    };
    const schema = async () => {
      const db = await openStorage<AnySchema>({ name, ...place, migrations: {} });
      try {
        return await schemaOf(db);
      } finally {
        await db.destroy();
      }
    };

    const made = [await schema()];
    for (let known = 1; known <= names.length; known += 1) {
      expect(await run((of) => of.up(), known)).toEqual([names[known - 1]]);
      made.push(await schema());
      expect(made[known]).not.toEqual(made[known - 1]);
    }
    for (let left = names.length - 1; left >= 0; left -= 1) {
      expect(await run((of) => of.down())).toEqual([names[left]]);
      expect(await schema()).toEqual(made[left]);
    }
    expect(made[0]).toEqual([]);
    expect(await run((of) => of.up())).toEqual(names);
    expect(await schema()).toEqual(made.at(-1));
  });
});
