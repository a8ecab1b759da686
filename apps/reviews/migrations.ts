import type { Migration } from '#libs/storage';

/** The migrations of the reviews table. */
export const migrations: Record<string, Migration> = {
  '001-reviews': {
    up: async (db) => {
      await db.schema
        .createTable('reviews')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('product_id', 'text', (column) => column.notNull())
        .addColumn('author_name', 'text', (column) => column.notNull())
        .addColumn('rating', 'integer', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('written_at', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('reviews_newest')
        .on('reviews')
        .columns(['product_id', 'written_at desc', 'id'])
        .execute();
    },
  },
};
