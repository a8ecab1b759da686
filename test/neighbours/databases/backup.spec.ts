import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Catalogue } from '#apps/products/catalogue';
import { migrations } from '#apps/products/migrations';
import type { ProductsSchema } from '#apps/products/schema';
import { seedProducts } from '#apps/products/seed';
import { CallContext } from '#libs/service';
import { openStorage, Reads } from '#libs/storage';
import { type DatabaseServer, findPostgres, startMariadb, startPostgres } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { mariadb } from '#test/support/neighbours/programs';
import { describe, expect, it, jest } from '@jest/globals';
import type { Kysely } from 'kysely';

jest.setTimeout(120_000);

const page = readFileSync('docs/deploy/databases.md', 'utf8');
const binaries = findPostgres();

/** The command of the page, as an operator pastes it. */
function run(what: 'backup' | 'restore', database: string, environment: Record<string, string>): void {
  const [, command = 'exit 1'] = new RegExp(`^\`\`\`sh ${what} ${database}\n(.*?)^\`\`\`$`, 'ms').exec(page) ?? [];
  const PATH = [binaries ?? '', process.env['PATH']].join(delimiter);
  execFileSync('sh', ['-euc', command], { env: { ...process.env, ...environment, PATH }, stdio: 'pipe' });
}

async function contents(db: Kysely<ProductsSchema>) {
  const catalogue = new Catalogue(db, new Reads(db, [], 0));
  const context = new CallContext({ scopes: [] }, Infinity);
  const red = {
    search: [],
    category: '',
    sort: 4,
    page: 1,
    pageSize: 100,
    attributes: { colour: 'red' },
  } as const;
  return {
    products: await db.selectFrom('products').selectAll().orderBy('id').execute(),
    reservations: await db.selectFrom('reservation_lines').selectAll().execute(),
    red: (await catalogue.search(context, { ...red, search: [] })).total,
  };
}

/** Backs up, loses everything, restores, and starts again. */
async function restored(database: string, databaseUrl: string | undefined, environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-backup-'));
  const dataDir = join(folder, 'data');
  const given = { ...environment, BACKUP: folder, DATA_DIR: dataDir };
  const open = () => openStorage<ProductsSchema>({ name: 'products', databaseUrl, dataDir, migrations });
  try {
    let db = await open();
    await seedProducts(db, 1);
    const key = { caller_id: 'u1', id: 'r1' };
    await db
      .insertInto('reservations')
      .values({ ...key, state: 'HELD', expires_at: 1 })
      .execute();
    const line = { caller_id: 'u1', reservation_id: 'r1', product_id: 'p1', quantity: 2 };
    await db.insertInto('reservation_lines').values(line).execute();
    const before = await contents(db);
    // The second one replaces that of the day before.
    for (const _day of [1, 2]) run('backup', database, given);
    await db.deleteFrom('reservation_lines').execute();
    await db.deleteFrom('products').execute();
    const lost = await contents(db);
    await db.destroy();
    run('restore', database, given);
    db = await open();
    const after = await contents(db);
    await db.destroy();
    return { before, lost, after };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectAll({ before, lost, after }: Awaited<ReturnType<typeof restored>>): void {
  expect(before.red).toBeGreaterThan(10);
  expect(lost).toEqual({ products: [], reservations: [], red: 0 });
  expect(after).toEqual(before);
}

const during = async (server: DatabaseServer, work: (server: DatabaseServer) => Promise<void>) => {
  try {
    await work(server);
  } finally {
    await server.stop();
  }
};

describe('a backup, restored by the commands of docs/deploy/databases.md', () => {
  it('has everything in SQLite', async () => {
    expectAll(await restored('sqlite', undefined, {}));
  });

  const withPostgres = binaries ? it : it.skip;
  withPostgres('has everything in PostgreSQL', () =>
    startPostgres(binaries!).then((server) =>
      during(server, async ({ url }) => expectAll(await restored('postgres', url, { DATABASE_URL: url }))),
    ),
  );
});

describeWith([mariadb], 'a backup of MariaDB', () => {
  it('has everything, restored by the commands of docs/deploy/databases.md', async () => {
    await during(await startMariadb(), async ({ url }) => {
      const { hostname, port, username } = new URL(url);
      const of = { DATABASE_HOST: hostname, DATABASE_PORT: port, DATABASE_USER: username };
      expectAll(await restored('mariadb', `${url}/shop`, of));
    });
  });
});
