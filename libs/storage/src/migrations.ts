import { sql } from 'kysely';
import { type Migration, type MigrationResultSet, Migrator } from 'kysely/migration';
import { compareMigrations } from './compare-migrations.ts';
import { StorageError } from './storage-error.ts';
import type { AnyDatabase } from './any-database.ts';

/** A migration, and when it was run. */
export interface MigrationStatus {
  name: string;
  /** Undefined: not yet. */
  executedAt?: Date;
  /** Run by a later release, and unknown to this one. */
  isUnknown: boolean;
}

interface Ways {
  /** The schema of the tables that record migrations. */
  schema?: string;
  /** Whether a transaction is open, which another one must not be nested in. */
  isInTransaction?: boolean;
  /**
   * For databases that commit each change of a table by itself: the same database, on which it is no error to drop or
   * read what does not exist.
   */
  repair?: AnyDatabase;
}

const EXECUTED = 'kysely_migration';
/** Migrations that were begun. */
const ATTEMPTED = 'migration_attempt';
/** Migrations that were begun to be undone. */
const UNDOING = 'migration_undo';

/** The migrations of a service, in their order. All commands take one lock, so that processes run them one by one. */
export class Migrations {
  constructor(
    private readonly of: { name: string; migrations: Record<string, Migration> },
    private readonly db: AnyDatabase,
    private readonly ways: Ways,
  ) {}

  /** Every migration, with those that a later release has run. */
  async status(): Promise<MigrationStatus[]> {
    const unknown = await this.unknown();
    const all = await (await this.migrator()).getMigrations();
    return all.map(({ name, executedAt }) => ({ name, executedAt, isUnknown: unknown.includes(name) }));
  }

  /**
   * Runs those that have not been run: all or none, except in MySQL and MariaDB. There, one that broke off, forward or
   * back, is undone by its `down` and run again.
   * @returns their names @throws {StorageError} naming the one that failed
   */
  async up(): Promise<string[]> {
    const { repair } = this.ways;
    const known = Object.keys(this.of.migrations);
    // Kysely asks for the migrations when it has the lock, and reads then which were run.
    const migrator = await this.migrator(async () => repair && runAgain(repair, known));
    return this.names(await migrator.migrateToLatest());
  }

  /**
   * Undoes the last one. One that a process had undone when it was killed, before it said so, counts as undone now.
   * @returns its name, if there was one @throws {StorageError} naming the one that failed
   */
  async down(): Promise<string[]> {
    const { repair } = this.ways;
    const before = repair ? await this.undoneBefore(repair) : [];
    const undone = before.length ? before : this.names(await (await this.migrator()).migrateDown());
    if (undone.length) await repair?.deleteFrom(UNDOING).where('name', 'in', undone).execute();
    return undone;
  }

  /** Those of this release that are noted as being undone, and are recorded as run no more. */
  private async undoneBefore(repair: AnyDatabase): Promise<string[]> {
    const ran = await noted(repair, EXECUTED);
    return (await noted(repair, UNDOING)).filter((name) => name in this.of.migrations && !ran.includes(name));
  }

  private names({ error, results = [] }: MigrationResultSet): string[] {
    if (!error) return results.map(({ migrationName }) => migrationName);
    const failed = results.find((result) => result.status === 'Error');
    const what = failed ? `migration "${failed.migrationName}" failed` : 'the migrations cannot be run';
    throw new StorageError(`Storage of ${this.of.name}: ${what}: ${reason(error)}`, { cause: error });
  }

  private async migrator(first: () => Promise<unknown> = async () => {}): Promise<Migrator> {
    const { schema, isInTransaction: disableTransactions, repair } = this.ways;
    const own = (name: string, migration: Migration): Migration => {
      if (repair) return repairing(name, migration, repair);
      return schema ? inSearchPath(schema, migration) : migration;
    };
    const known = Object.entries(this.of.migrations).map(([name, one]) => [name, own(name, one)] as const);
    const later = (await this.unknown()).map((name) => [name, madeByLaterRelease(name)] as const);
    const migrations = Object.fromEntries([...known, ...later]);
    return new Migrator({
      db: this.db,
      provider: { getMigrations: () => first().then(() => migrations) },
      migrationTableSchema: schema,
      disableTransactions,
    });
  }

  /** Migrations that were run and come after all known ones: an older release starts beside a newer one. */
  private async unknown(): Promise<string[]> {
    const tables = await this.db.introspection.getTables({ withInternalKyselyTables: true });
    const { schema } = this.ways;
    if (!tables.some((table) => table.name === EXECUTED && (!schema || table.schema === schema))) return [];
    const from = schema ? this.db.withSchema(schema) : this.db;
    const rows = (await from.selectFrom(EXECUTED).select('name').execute()) as { name: string }[];
    return compareMigrations(
      rows.map(({ name }) => name),
      Object.keys(this.of.migrations),
    ).later;
  }
}

/** A migration whose tables are in a schema, in its transaction: a pooler may have dropped the settings of the session. */
function inSearchPath(schema: string, { up, down }: Migration): Migration {
  const inside = (work: Migration['up']): Migration['up'] => {
    return async (db) => {
      await sql`select set_config('search_path', ${schema}, true)`.execute(db);
      await work(db);
    };
  };
  return { up: inside(up), ...(down && { down: inside(down) }) };
}

/** A migration whose statements are committed one by one: what an earlier attempt has left is undone first. */
function repairing(name: string, migration: Migration, repair: AnyDatabase): Migration {
  const { down } = migration;
  return {
    up: async (db) => {
      const begun = [...(await noted(repair, ATTEMPTED)), ...(await noted(repair, UNDOING))];
      await note(repair, ATTEMPTED, name);
      if (begun.includes(name)) {
        if (!down)
          throw new Error('an earlier attempt broke off, and there is no `down` to undo it: repair it by hand');
        await down(repair);
      }
      await migration.up(db);
      await repair.deleteFrom(UNDOING).where('name', '=', name).execute();
    },
    ...(down && {
      // One that fails tells who asked for it, and is theirs to ask for again; one that is killed tells nobody.
      down: async () => {
        await note(repair, UNDOING, name);
        try {
          await down(repair);
        } catch (error) {
          await repair.deleteFrom(UNDOING).where('name', '=', name).execute();
          throw error;
        }
      },
    }),
  };
}

/** Lets migrations run again of which an unknown part was undone. @param known those of this release */
async function runAgain(repair: AnyDatabase, known: readonly string[]): Promise<void> {
  const names = (await noted(repair, UNDOING)).filter((name) => known.includes(name));
  if (names.length) await repair.deleteFrom(EXECUTED).where('name', 'in', names).execute();
}

async function note(repair: AnyDatabase, table: string, name: string): Promise<void> {
  await repair.schema
    .createTable(table)
    .ifNotExists()
    .addColumn('name', 'varchar(255)', (column) => column.primaryKey())
    .execute();
  if (!(await noted(repair, table)).includes(name)) await repair.insertInto(table).values({ name }).execute();
}

/** The names in a table of notes, which may not exist yet. */
async function noted(repair: AnyDatabase, table: string): Promise<string[]> {
  const rows = (await repair.selectFrom(table).select('name').execute()) as { name: string }[];
  return rows.map(({ name }) => name);
}

function madeByLaterRelease(name: string): Migration {
  return {
    up: async () => undefined,
    down: async () => {
      throw new Error(`${name} was run by a later release, which alone can undo it`);
    },
  };
}

/** PostgreSQL's code for a write in a read-only transaction, as all of a replica are. */
const READ_ONLY = '25006';

/** The message of an error, or those that an attempt at several addresses gathered. */
export function reason(error: unknown): string {
  const { message, errors, code } = error as Partial<AggregateError & { code: string }>;
  if (code === READ_ONLY)
    return `it takes no writes, as replicas do: DATABASE_URL must lead to the primary (${message})`;
  return message || errors?.map(reason).join(', ') || String(error);
}
