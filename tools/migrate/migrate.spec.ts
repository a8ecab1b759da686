import { execFile } from 'node:child_process';
import { describeStorages, freePort, type Place } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';

/** Runs `npm run migrate -- …` on the data of a place. */
const migrate = ({ dataDir, databaseUrl = '' }: Place, ...args: string[]) =>
  new Promise<{ code: number; out: string; error: string }>((resolve) => {
    const options = ['-C', 'atrium', '--no-warnings', '--import', './tools/swc-register.mjs', 'tools/migrate.ts'];
    const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, DATABASE_URL: databaseUrl };
    execFile(process.execPath, [...options, ...args], { env }, (failed, out, error) =>
      resolve({ code: failed ? Number(failed.code) : 0, out, error }),
    );
  });

describeStorages('the command npm run migrate', (storage) => {
  it('lists, runs and undoes the migrations of services', async () => {
    const place = await storage.fresh();
    const up = await migrate(place, 'up');
    expect(up).toMatchObject({ code: 0, error: '' });
    expect(up.out).toContain('orders     ran 001-orders\n');
    const down = await migrate(place, 'down', '--service', 'orders', '--yes');
    expect(down.out).toBe('orders     undid 003-orders-by-time\n');
    const { out } = await migrate(place, 'status');
    expect(out).toMatch(/^orders {5}002-moves: run at \d{4}-\d\d-\d\dT[\d:.]+Z$/m);
    expect(out).toMatch(/^orders {5}003-orders-by-time: not yet$/m);
    expect(out).toMatch(/^users {6}002-version: run at /m);
  });
});

describe('the command npm run migrate', () => {
  it('ends with 78 for a wrong setting, and with 1 where the database is away, without its password', async () => {
    const dataDir = '.data';
    const [wrong, away] = await Promise.all([
      migrate({ dataDir, databaseUrl: 'oracle://db' }, 'status'),
      migrate({ dataDir, databaseUrl: `postgres://ada:hunter2@127.0.0.1:${await freePort()}/shop` }, 'status'),
    ]);
    expect(wrong).toMatchObject({ code: 78, error: expect.stringContaining('DATABASE_URL') });
    expect(away).toMatchObject({ code: 1, error: expect.stringMatching(/^Storage of orders: .*ECONNREFUSED/) });
    expect(away.error).not.toContain('hunter2');
  });
});
