import { globSync, readFileSync } from 'node:fs';
import { type Migration, openStorage } from '#libs/storage';
import { type DatabaseServer, findPostgres, startPgbouncer, startPostgres } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { pgbouncer } from '#test/support/neighbours/programs';
import { checkDatabases } from '#tools/doctor/databases';
import { afterAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';

/** Specs of the storage and of a service, without those that need settings of a session, such as a limit for statements. */
const specs = [
  'libs/storage/src/storage.spec.ts',
  'libs/storage/src/migrations.spec.ts',
  'libs/storage/src/documents.spec.ts',
  ...globSync('apps/products/*.spec.ts').filter((file) =>
    readFileSync(file, 'utf8').includes('describeStorages('),
  ),
];

const binaries = findPostgres();
const servers: DatabaseServer[] = [];
const start = async (server: Promise<DatabaseServer>) => {
  const started = await server;
  servers.unshift(started);
  return started;
};
/** Each connection is given away at the end of its transaction, and several services share those of one database. */
const SHARED = ['default_pool_size = 25', 'max_client_conn = 500'];
/** As many operators configure it for drivers that send settings: it drops them. */
const IGNORES = 'ignore_startup_parameters = options,extra_float_digits';

const migrations: Record<string, Migration> = {
  '001-book': {
    up: (db) =>
      db.schema
        .createTable('book')
        .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
        .execute(),
  },
};

let postgres: DatabaseServer | undefined;
if (binaries && pgbouncer.version()) {
  postgres = await start(startPostgres(binaries));
  process.env['TEST_PGBOUNCER_URL'] = (await start(startPgbouncer(postgres.url, 'transaction', SHARED))).url;
  for (const file of specs) await import(`../../../${file}`);
}
afterAll(async () => {
  for (const server of servers) await server.stop();
});

describeWith([pgbouncer], 'PgBouncer', () => {
  it('runs the specs of the storage and of a service', () => {
    expect(specs.length).toBeGreaterThan(5);
  });

  it.each([
    ['transaction', []],
    ['transaction', [IGNORES]],
    ['session', []],
    ['session', [IGNORES]],
  ] as const)('in %s mode keeps the tables of services apart: %p', async (mode, settings) => {
    const bouncer = await startPgbouncer(postgres!.url, mode, [...SHARED, ...settings]);
    const suffix = `${mode}_${settings.length}`;
    const names = [`library_${suffix}`, `archive_${suffix}`];
    const opened = await Promise.all(
      names.map((name) =>
        openStorage<{ book: { id: string } }>({
          name,
          dataDir: '.data',
          databaseUrl: bouncer.url,
          migrations,
          pool: { max: 5, waitMs: 5_000, queue: 100 },
        }),
      ),
    );
    const ids = Array.from({ length: 20 }, (_, n) => `b${n}`);
    try {
      await Promise.all(
        opened.flatMap((db, of) =>
          ids.map((id) =>
            db
              .insertInto('book')
              .values({ id: `${id}-${of}` })
              .execute(),
          ),
        ),
      );
      for (const [of, db] of opened.entries()) {
        const rows = await db.selectFrom('book').select('id').execute();
        expect(rows.map(({ id }) => id).sort()).toEqual(ids.map((id) => `${id}-${of}`).sort());
      }
      const { rows } = await sql<{ schema: string }>`
        select table_schema as schema from information_schema.tables where table_name = 'book'`.execute(
        opened[0]!,
      );
      expect(rows.map(({ schema }) => schema)).toEqual(expect.arrayContaining(names));
      expect(rows).not.toContainEqual({ schema: 'public' });
    } finally {
      for (const db of opened) await db.destroy();
      await bouncer.stop();
    }
  });

  it.each([
    ['transaction', [], 'warning'],
    ['transaction', [IGNORES], 'warning'],
    ['statement', [], 'problem'],
  ] as const)('in %s mode with %p is found by the doctor: %s', async (mode, settings, level) => {
    const bouncer = await startPgbouncer(postgres!.url, mode, [...SHARED, ...settings]);
    try {
      const data = { DATABASE_URL: bouncer.url, DATA_DIR: '.data', DATABASE_STATEMENT_TIMEOUT_MS: 5_000 };
      const found = await checkDatabases({ environment: {}, config: undefined, data });
      const message = {
        warning: /^drops the settings of sessions, as PgBouncer does: DATABASE_STATEMENT_TIMEOUT_MS has no effect/,
        problem: /^cannot be used: transaction blocks not allowed in statement pooling mode/,
      };
      expect(found.filter((one) => one.level !== 'ok')).toEqual([
        {
          level,
          about: expect.any(String),
          message: expect.stringMatching(message[level]),
          advice: expect.any(String),
        },
      ]);
    } finally {
      await bouncer.stop();
    }
  });
});
