import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { readOrdersSettings } from './settings.ts';

describe('the settings of the orders service', () => {
  it('all have defaults', () => {
    expect(readOrdersSettings({})).toMatchObject({ PORT: 3002, ORDER_STEP_MS: 3_000 });
  });

  it.each([
    ['mariadb://db/shop', 'postgres://replica/shop', 'requires a DATABASE_URL with postgres://'],
    [undefined, 'postgres://replica/shop', 'requires a DATABASE_URL with postgres://'],
    ['postgres://db/shop', 'postgres://replica/shop, mariadb://other/shop', 'must be a postgres:// address'],
  ])('refuse for %s the replicas %s', (DATABASE_URL, DATABASE_REPLICA_URLS, reason) => {
    expect(() => readOrdersSettings({ DATABASE_URL, DATABASE_REPLICA_URLS })).toThrow(reason);
  });

  it('take several replicas of a PostgreSQL', () => {
    const DATABASE_REPLICA_URLS = 'postgres://one/shop, postgresql://two/shop,';
    const settings = readOrdersSettings({ DATABASE_URL: 'postgres://db/shop', DATABASE_REPLICA_URLS });
    expect(settings.DATABASE_REPLICA_URLS).toEqual(['postgres://one/shop', 'postgresql://two/shop']);
  });

  it('end the process with code 78 and a message that names each invalid one', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['-C', 'atrium', '--no-warnings', '--import', './tools/swc-register.mjs', 'apps/orders/main.ts'],
      { env: { ...process.env, NODE_ENV: 'test', ORDER_STEP_MS: '0', PORT: '70000' }, encoding: 'utf8' },
    );
    expect(status).toBe(78);
    expect(stderr).toContain('ORDER_STEP_MS: must be at least 1');
    expect(stderr).toContain('PORT: must be at most 65535');
  });
});
