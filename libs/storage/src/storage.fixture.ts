import { afterEach, beforeEach } from '@jest/globals';
import type { Kysely } from 'kysely';
import { type Migration, openStorage, type StorageOptions } from '#libs/storage';
import type { Place, StorageForTests } from '#libs/testing';

/** A table with names that are words of SQL. */
export interface StockSchema {
  order: { id: string; key: string; name: string; lines: number; total: number; from: string | null };
}

const stockMigrations: Record<string, Migration> = {
  '001': {
    up: async (db) => {
      await db.schema
        .createTable('order')
        .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
        .addColumn('key', 'varchar(255)', (column) => column.notNull().unique())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('lines', 'integer', (column) => column.notNull())
        .addColumn('total', 'bigint', (column) => column.notNull())
        .addColumn('from', 'text')
        .execute();
    },
    down: (db) => db.schema.dropTable('order').execute(),
  },
};

/** Opens storages at one place for each test, and closes them after it. */
export function storagesForTests(storage: StorageForTests) {
  let place: Place;
  let opened: Kysely<StockSchema>[] = [];
  beforeEach(async () => {
    place = await storage.fresh();
  });
  afterEach(async () => {
    for (const db of opened) await db.destroy();
    opened = [];
  });
  return async (options: Partial<StorageOptions> = {}) => {
    const db = await openStorage<StockSchema>({
      name: 'stock',
      ...place,
      migrations: stockMigrations,
      ...options,
    });
    opened.push(db);
    return db;
  };
}

/** A row of the table. */
export const anOrder = (row: Partial<StockSchema['order']> = {}): StockSchema['order'] => {
  const id = row.id ?? 'o1';
  return { id, key: `key of ${id}`, name: 'Lamp', lines: 1, total: 100, from: null, ...row };
};

/** A promise, and the function that fulfils it. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
