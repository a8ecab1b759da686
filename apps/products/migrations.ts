import type { Migration } from '#libs/storage';
import { type Kysely, sql } from 'kysely';

/** The migrations from an empty storage to the current tables. */
export const migrations: Record<string, Migration> = {
  '001-products': { up: createProducts },
  '002-reservations': { up: createReservations },
  '003-import-batches': { up: createImportBatches },
};

async function createProducts(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('products')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('price_minor', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('available', 'integer', (column) => column.notNull().check(sql`available >= 0`))
    .addColumn('rating', 'double precision')
    .addColumn('image_url', 'text')
    .execute();
  await db.schema
    .createIndex('products_category_price')
    .on('products')
    .columns(['category', 'price_minor'])
    .execute();
  await db.schema.createIndex('products_price').on('products').columns(['price_minor', 'id']).execute();
  await db.schema.createIndex('products_rating').on('products').columns(['rating desc', 'id']).execute();
}

async function createReservations(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('reservations')
    .addColumn('caller_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('reservations_key', ['caller_id', 'id'])
    .execute();
  await db.schema
    .createIndex('reservations_held')
    .on('reservations')
    .column('expires_at')
    .where(sql.ref('state'), '=', sql.lit('HELD'))
    .execute();
  await db.schema
    .createTable('reservation_lines')
    .addColumn('caller_id', 'text', (column) => column.notNull())
    .addColumn('reservation_id', 'text', (column) => column.notNull())
    .addColumn('product_id', 'text', (column) => column.notNull().references('products.id'))
    .addColumn('quantity', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('reservation_lines_key', ['caller_id', 'reservation_id', 'product_id'])
    .addForeignKeyConstraint('reservation_lines_of', ['caller_id', 'reservation_id'], 'reservations', [
      'caller_id',
      'id',
    ])
    .execute();
}

async function createImportBatches(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('import_batches')
    .addColumn('caller_id', 'text', (column) => column.notNull())
    .addColumn('import_id', 'text', (column) => column.notNull())
    .addColumn('batch', 'integer', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('created', 'integer', (column) => column.notNull())
    .addColumn('updated', 'integer', (column) => column.notNull())
    .addColumn('written_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('import_batches_key', ['caller_id', 'import_id', 'batch'])
    .execute();
}
