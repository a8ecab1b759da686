import { dropDocumentIndexes, indexDocuments, type Migration } from '#libs/storage';
import { type Kysely, sql } from 'kysely';
import { ATTRIBUTES } from './schema.ts';

/** The migrations from an empty storage to the current tables. */
export const migrations: Record<string, Migration> = {
  '001-products': { up: createProducts, down: drop('products') },
  '002-reservations': { up: createReservations, down: drop('reservation_lines', 'reservations') },
  '003-import-batches': { up: createImportBatches, down: drop('import_batches') },
  '004-attributes': { up: addAttributes, down: dropAttributes },
};

async function createProducts(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('products')
    .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('category', 'varchar(255)', (column) => column.notNull())
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
    .addColumn('caller_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('id', 'varchar(255)', (column) => column.notNull())
    .addColumn('state', 'varchar(255)', (column) => column.notNull())
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
    .addColumn('caller_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('reservation_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('product_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('quantity', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('reservation_lines_key', ['caller_id', 'reservation_id', 'product_id'])
    .addForeignKeyConstraint('reservation_lines_product_id_fkey', ['product_id'], 'products', ['id'])
    .addForeignKeyConstraint('reservation_lines_of', ['caller_id', 'reservation_id'], 'reservations', [
      'caller_id',
      'id',
    ])
    .execute();
}

async function createImportBatches(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('import_batches')
    .addColumn('caller_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('import_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('batch', 'integer', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('created', 'integer', (column) => column.notNull())
    .addColumn('updated', 'integer', (column) => column.notNull())
    .addColumn('written_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('import_batches_key', ['caller_id', 'import_id', 'batch'])
    .execute();
}

async function addAttributes(db: Kysely<any>): Promise<void> {
  await db.schema
    .alterTable('products')
    .addColumn('attributes', 'varchar(2000)', (column) => column.notNull().defaultTo('{}'))
    .execute();
  await indexDocuments(db, 'products', 'attributes', ATTRIBUTES);
}

async function dropAttributes(db: Kysely<any>): Promise<void> {
  await dropDocumentIndexes(db, 'products', 'attributes', ATTRIBUTES);
  await db.schema.alterTable('products').dropColumn('attributes').execute();
}

function drop(...tables: string[]) {
  return async (db: Kysely<any>) => {
    for (const table of tables) await db.schema.dropTable(table).execute();
  };
}
