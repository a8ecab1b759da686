import pg from 'pg';
import { findPostgres, freePort, type PostgresPair, postgresPairForTests } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStorage } from '#libs/storage';
import { checkDatabases } from './databases.ts';
import { checkReplicas } from './replicas.ts';

const withPostgres = findPostgres() ? describe : describe.skip;

withPostgres('npm run doctor, of the replicas', () => {
  let pair: PostgresPair;
  beforeAll(async () => {
    pair = (await postgresPairForTests())!;
  }, 60_000);
  afterAll(() => pair?.stop());

  it('accepts those that follow, and warns of others and of those that are away, without a password', async () => {
    const away = `127.0.0.1:${await freePort()}`;
    const urls = [pair.standby, pair.primary, away].map((host) => `postgres://postgres:hunter2@${host}/postgres`);
    const data = { DATA_DIR: '.data', DATABASE_REPLICA_URLS: urls };
    const found = await checkReplicas({ environment: {}, config: undefined, data });
    expect(found.map(({ level, about, message }) => `${level} ${about}: ${message}`)).toEqual([
      `ok replica ${pair.standby}/postgres: answers, and follows its primary`,
      `warning replica ${pair.primary}/postgres: is no replica: each list waits for it and then reads the primary`,
      expect.stringMatching(new RegExp(`^warning replica ${away}/postgres: cannot be used: .*ECONNREFUSED`)),
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('finds one in the place of the primary, as a service does at its start', async () => {
    const DATABASE_URL = `postgres://postgres@${pair.standby}/postgres`;
    const data = { DATA_DIR: '.data', DATABASE_URL };
    const found = await checkDatabases({ environment: {}, config: undefined, data });
    expect(found.map(({ level, message }) => `${level}: ${message}`)).toContain(
      'problem: takes no writes: it is a replica, or default_transaction_read_only is on',
    );
    await expect(
      openStorage({ name: 'orders', dataDir: '.data', databaseUrl: DATABASE_URL, migrations: {} }),
    ).rejects.toThrow('it takes no writes, as replicas do: DATABASE_URL must lead to the primary');
  });

  it('finds a user that may not create what services need', async () => {
    const admin = new pg.Client(`postgres://postgres@${pair.primary}/postgres`);
    await admin.connect();
    await admin.query('create role reader login');
    await admin.end();
    const data = { DATA_DIR: '.data', DATABASE_URL: `postgres://reader@${pair.primary}/postgres` };
    const found = await checkDatabases({ environment: {}, config: undefined, data });
    expect(found.map(({ level, message }) => `${level}: ${message}`).slice(1)).toEqual([
      'problem: does not let this user create schemas, which each service does at its start',
    ]);
  });

  it('has nothing to say without replicas', async () => {
    expect(await checkReplicas({ environment: {}, config: undefined, data: { DATA_DIR: '.data' } })).toEqual([]);
  });
});
