import type { Migration } from '#libs/storage';
import { type Kysely, sql } from 'kysely';

/** The migrations from an empty storage to the current tables. */
export const migrations: Record<string, Migration> = {
  '001-orders': { up: createOrders, down: drop('orders') },
  '002-moves': { up: createMoves, down: drop('moves') },
  '003-orders-by-time': { up: createIndexByTime, down: dropIndexByTime },
};

async function createOrders(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('orders')
    .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
    .addColumn('user_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('status', 'varchar(255)', (column) => column.notNull())
    .addColumn('total_minor', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('placed_at', 'bigint', (column) => column.notNull())
    .addColumn('lines', 'text', (column) => column.notNull())
    .addColumn('reservation_id', 'text', (column) => column.notNull())
    .addColumn('request_id', 'varchar(255)')
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('next_step_at', 'bigint')
    .addUniqueConstraint('orders_request', ['user_id', 'request_id'])
    .execute();
  await db.schema.createIndex('orders_of_user').on('orders').columns(['user_id', 'placed_at', 'id']).execute();
  await db.schema
    .createIndex('orders_of_user_by_status')
    .on('orders')
    .columns(['user_id', 'status', 'placed_at', 'id'])
    .execute();
  await db.schema
    .createIndex('orders_due')
    .on('orders')
    .column('next_step_at')
    .where(sql.ref('next_step_at'), 'is not', null)
    .execute();
}

async function createMoves(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('moves')
    .addColumn('order_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('occurred_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('moves_key', ['order_id', 'sequence'])
    .addForeignKeyConstraint('moves_order_id_fkey', ['order_id'], 'orders', ['id'])
    .execute();
}

async function createIndexByTime(db: Kysely<any>): Promise<void> {
  await db.schema.createIndex('orders_by_time').on('orders').columns(['placed_at', 'id']).execute();
}

async function dropIndexByTime(db: Kysely<any>): Promise<void> {
  await db.schema.dropIndex('orders_by_time').on('orders').execute();
}

function drop(table: string) {
  return (db: Kysely<any>) => db.schema.dropTable(table).execute();
}
