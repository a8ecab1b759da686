import type { AnyDatabase, Migration } from '#libs/storage';

/** A migration that makes one table. */
export const table = (name: string): Migration => ({
  up: (db) => db.schema.createTable(name).addColumn('id', 'integer').execute(),
  down: (db) => db.schema.dropTable(name).execute(),
});

/** Where a migration of two tables is: before the first, between both, or after the second. */
export type Moment = 'start' | 'middle' | 'end';

/** Makes two tables, or drops them. @param at called at each moment, and waited for */
export const inHalves = (at: (moment: Moment, db: AnyDatabase) => Promise<unknown>): Migration => {
  const [one, other] = [table('half'), table('other_half')];
  return {
    up: async (db) => {
      await at('start', db);
      await one.up(db);
      await at('middle', db);
      await other.up(db);
      await at('end', db);
    },
    down: async (db) => {
      await at('start', db);
      await other.down!(db);
      await at('middle', db);
      await one.down!(db);
      await at('end', db);
    },
  };
};
