import { type Migration, openStorage } from '#libs/storage';
import {
  type DatabaseServer,
  eventually,
  type PostgresPair,
  postgresPairForTests,
  startPgpool,
} from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { pgpool } from '#test/support/neighbours/programs';
import { checkDatabases } from '#tools/doctor/databases';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';

/** The line that docs/deploy/databases.md has. */
const TO_PRIMARY = "app_name_redirect_preference_list = 'atrium-.*:primary'";
/** So many connections that some of them have the replica for their reads. */
const CONNECTIONS = 12;

const migrations: Record<string, Migration> = {
  '001-book': {
    up: (db) =>
      db.schema
        .createTable('book')
        .addColumn('id', 'varchar(255)', (column) => column.primaryKey())
        .execute(),
  },
};

describeWith([pgpool], 'Pgpool-II before a primary and a replica that is behind', () => {
  let pair: PostgresPair;
  let pool: DatabaseServer | undefined;
  beforeAll(async () => {
    pair = (await postgresPairForTests())!;
    await onStandby('select pg_wal_replay_pause()');
    // It stops after what it replays at that moment.
    await eventually(async () => (await onStandby('select pg_get_wal_replay_pause_state()')) === 'paused');
  });
  afterEach(() => pool?.stop());
  afterAll(() => pair.stop());

  async function onStandby(statement: string): Promise<unknown> {
    const client = new pg.Client({ connectionString: `postgres://postgres@${pair.standby}/postgres` });
    await client.connect();
    const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
    await client.end();
    return rows[0]![0];
  }
  const start = async (...settings: string[]) =>
    (pool = await startPgpool([pair.primary, pair.standby], settings)).url;

  it.each([
    ['with the line of the docs', TO_PRIMARY],
    ['without load balancing', 'load_balance_mode = off'],
  ])('gives services what they have just written %s', async (_, setting) => {
    const databaseUrl = await start(setting);
    const name = `library_${setting.slice(0, 3)}`;
    const options = { name, dataDir: '.data', databaseUrl, migrations };
    const db = await openStorage<{ book: { id: string } }>({
      ...options,
      pool: { max: CONNECTIONS, waitMs: 5_000, queue: 100 },
    });
    const ids = Array.from({ length: 3 * CONNECTIONS }, (_one, n) => `b${n}`);
    const placed = ids.map(async (id) => {
      await db.insertInto('book').values({ id }).execute();
      return (await db.selectFrom('book').select('id').where('id', '=', id).executeTakeFirst())?.id;
    });
    const found = await Promise.allSettled(placed);
    await db.destroy();
    expect(found.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual(ids);
  });

  it.each([
    ['balances reads', [], 'problem'],
    ['sends those of services to the primary', [TO_PRIMARY], 'ok'],
    ['does not balance', ['load_balance_mode = off'], 'ok'],
    ['gives its replica no weight', ['backend_weight1 = 0'], 'ok'],
  ] as const)('is judged by the doctor where it %s', async (_, settings, level) => {
    const data = {
      DATABASE_URL: await start(...settings),
      DATA_DIR: '.data',
      DATABASE_STATEMENT_TIMEOUT_MS: 5_000,
    };
    // Each connection has its reads at another server.
    for (let i = 0; i < 4; i++) {
      const found = await checkDatabases({ environment: {}, config: undefined, data });
      expect(found.filter((one) => one.level !== 'ok')).toEqual(
        level === 'ok' ? [] : [expect.objectContaining({ level, advice: expect.stringContaining(TO_PRIMARY) })],
      );
    }
  });
});
