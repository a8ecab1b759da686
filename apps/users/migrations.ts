import type { Migration } from '#libs/storage';

/** The migrations of the users table. */
export const migrations: Record<string, Migration> = {
  '001-users': {
    up: async (db) => {
      await db.schema
        .createTable('users')
        .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('email', 'varchar(255)', (column) => column.notNull().unique())
        .addColumn('avatar_url', 'text')
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('password_hash', 'text')
        .execute();
    },
    down: (db) => db.schema.dropTable('users').execute(),
  },
  '002-version': {
    up: async (db) => {
      await db.schema
        .alterTable('users')
        .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
        .execute();
    },
    down: (db) => db.schema.alterTable('users').dropColumn('version').execute(),
  },
};
