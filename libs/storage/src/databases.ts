import { type Dialect, Kysely, type KyselyPlugin } from 'kysely';
import { isPostgresUrl } from './database-url.ts';
import { Migrations } from './migrations.ts';
import type { ResolvedOptions, ServerOptions } from './open-storage.ts';
import { indexesByName } from './portable-queries.ts';
import { alone, inSchema, postgresDialect } from './postgres.ts';
import { sqliteDatabase } from './sqlite.ts';
import type { AnyDatabase, AnySchema } from './any-database.ts';

/** One database of a service. */
export interface Database {
  /** As OpenTelemetry names it. */
  system: 'sqlite' | 'postgresql' | 'mysql';
  /** The start of error messages, without secrets. */
  label: string;
  /** Whether there is one connection, whatever the settings are. */
  isSingle: boolean;
  /** What is done to each query. */
  plugins?: readonly KyselyPlugin[];
  /** What queries are run with. */
  dialect(): Promise<Dialect> | Dialect;
  /** Runs `work` on a connection without a timeout, which is closed afterwards. All else is prepared. */
  migrate<Result>(work: (migrations: Migrations) => Promise<Result>): Promise<Result>;
}

/** Kysely's migrator holds one connection; the other repairs. */
const POOL_OF_MIGRATIONS = { max: 2, waitMs: 5_000, queue: 10 };

/** The database that the options name. */
export function databaseOf(options: ResolvedOptions): Database {
  const { databaseUrl } = options;
  if (!databaseUrl) return sqliteDatabase(options);
  const given = { ...options, databaseUrl };
  return isPostgresUrl(databaseUrl) ? postgresDatabase(given) : mysqlDatabase(given);
}

const postgresDatabase = (options: ServerOptions): Database => ({
  system: 'postgresql',
  label: 'cannot use PostgreSQL',
  isSingle: false,
  plugins: [inSchema(options.name)],
  dialect: () => postgresDialect(options, options.statementTimeoutMs),
  migrate: (work) => {
    const dialect = postgresDialect({ ...options, pool: POOL_OF_MIGRATIONS }, 0);
    const db = new Kysely<AnySchema>({ dialect, plugins: [indexesByName] });
    return closing(db, () =>
      alone(options.name, db, (inside) => work(new Migrations(options, inside, { schema: options.name }))),
    );
  },
});

const mysqlDatabase = (options: ServerOptions): Database => ({
  system: 'mysql',
  label: 'cannot use MySQL',
  isSingle: false,
  dialect: async () => (await loadMysql()).mysqlDialect(options, options.statementTimeoutMs),
  migrate: async (work) => {
    const { createDatabase, MISSING, mysqlDialect } = await loadMysql();
    const own = { ...options, pool: POOL_OF_MIGRATIONS };
    await createDatabase(own);
    const repair = new Kysely<AnySchema>({ dialect: mysqlDialect(own, 0, MISSING) });
    const db = new Kysely<AnySchema>({ dialect: mysqlDialect(own, 0) });
    return closing(repair, () => closing(db, () => work(new Migrations(options, db, { repair }))));
  },
});

/** Most installations need no driver for MySQL. */
const loadMysql = () => import('./mysql.ts');

async function closing<Result>(db: AnyDatabase, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    await db.destroy();
  }
}
