import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { wrongSettings as wrongIn } from './wrong-settings.ts';

const DATA_DIR = mkdtempSync(join(tmpdir(), 'atrium-settings-'));
afterAll(() => rmSync(DATA_DIR, { recursive: true }));

const wrongSettings = (environment: NodeJS.ProcessEnv) => wrongIn({ DATA_DIR, ...environment });

describe('the settings of all processes', () => {
  it('may be valid', async () => {
    expect(await wrongSettings({})).toEqual([]);
    expect(await wrongSettings({ PORT: '4000', ORDERS_PORT: '4002', ORDER_STEP_MS: '5' })).toEqual([]);
  });

  it('are reported once each if invalid, with the processes that read them', async () => {
    const lines = await wrongSettings({
      ORDER_STEP_MS: '0',
      TOKEN_MS: 'slow',
      REDIS_URL: 'nowhere',
      DATABASE_URL: 'oracle://db',
      SEED: '0',
    });
    expect(lines.map((line) => line.replace(/: .*\(/, ' ('))).toEqual([
      '  REDIS_URL (gateway)',
      '  DATABASE_URL (users, orders, products, reviews)',
      '  SEED (users, orders, products, reviews)',
      '  ORDER_STEP_MS (orders)',
      '  TOKEN_MS (assistant)',
    ]);
  });

  it("are reported also if the launcher's own settings are invalid", async () => {
    const lines = await wrongSettings({ USERS_PORT: 'x', PORT: '70000', ORDER_STEP_MS: '0' });
    expect(lines).toEqual([
      '  PORT: must be at most 65535 (the launcher, gateway)',
      '  USERS_PORT: must be a port number (the launcher)',
      '  ORDER_STEP_MS: must be at least 1 (orders)',
    ]);
    const shared = { ORDERS_PORT: '3001', PORT: '3003', ADMIN_PORT: '3003' };
    expect(await wrongSettings({ ...shared, ORDER_STEP_MS: '0' })).toEqual([
      '  PORT, ADMIN_PORT, and PRODUCTS_PORT are all 3003: each process needs its own. (the launcher)',
      '  USERS_PORT and ORDERS_PORT are both 3001: each process needs its own. (the launcher)',
      '  ORDER_STEP_MS: must be at least 1 (orders)',
    ]);
  });

  it('are reported where the folder of the data cannot be written', async () => {
    const file = join(DATA_DIR, 'a-file');
    writeFileSync(file, '');
    expect(await wrongIn({ DATA_DIR: join(file, 'data'), ORDER_STEP_MS: '0' })).toEqual([
      `  DATA_DIR: ${file}/data cannot be written: ENOTDIR (the launcher)`,
      expect.stringMatching(/^  JOBS_FILE: must be a file that can be written/),
      '  ORDER_STEP_MS: must be at least 1 (orders)',
    ]);
  });
});
