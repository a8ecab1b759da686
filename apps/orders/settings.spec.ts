import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { readOrdersSettings } from './settings.ts';

describe('the settings of the orders service', () => {
  it('all have defaults', () => {
    expect(readOrdersSettings({})).toMatchObject({ PORT: 3002, ORDER_STEP_MS: 3_000 });
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
