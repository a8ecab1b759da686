import { dropDocumentIndexes, indexDocuments, type Migration } from '#libs/storage';
import { DETAILS } from './review-store.ts';

/** The migrations of the reviews table. */
export const migrations: Record<string, Migration> = {
  '001-reviews': {
    up: async (db) => {
      await db.schema
        .createTable('reviews')
        .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
        .addColumn('product_id', 'varchar(255)', (column) => column.notNull())
        .addColumn('author_name', 'text', (column) => column.notNull())
        .addColumn('rating', 'integer', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('written_at', 'varchar(255)', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('reviews_newest')
        .on('reviews')
        .columns(['product_id', 'written_at desc', 'id'])
        .execute();
    },
    down: (db) => db.schema.dropTable('reviews').execute(),
  },
  '002-details': {
    up: async (db) => {
      await db.schema
        .alterTable('reviews')
        .addColumn('details', 'varchar(2000)', (column) => column.notNull().defaultTo('{}'))
        .execute();
      await indexDocuments(db, 'reviews', 'details', DETAILS);
    },
    down: async (db) => {
      await dropDocumentIndexes(db, 'reviews', 'details', DETAILS);
      await db.schema.alterTable('reviews').dropColumn('details').execute();
    },
  },
  '003-authors': {
    up: async (db) => {
      await db.schema.alterTable('reviews').addColumn('author_id', 'varchar(255)').execute();
      await db.schema
        .createIndex('reviews_own')
        .on('reviews')
        .columns(['author_id', 'product_id'])
        .unique()
        .execute();
    },
    down: async (db) => {
      await db.schema.dropIndex('reviews_own').on('reviews').execute();
      await db.schema.alterTable('reviews').dropColumn('author_id').execute();
    },
  },
};
