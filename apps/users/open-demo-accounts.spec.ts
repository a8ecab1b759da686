import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunningRestService } from '#libs/service';
import { environmentFor, LogLines } from '#libs/testing';
import { usersSettings } from './settings.ts';
import { startUsers } from './start-users.ts';
import { ada, clientOf } from './testing/client.fixture.ts';

const ADA = { email: 'ada@example.com', role: 'customer' };
const GRACE = { email: 'grace@example.com', role: 'admin' };
const PRODUCTION = { NODE_ENV: 'production', INTERNAL_TOKEN_KEY: 'a-key-of-production-for-this-spec-alone' };

describe('the users service, in production', () => {
  let dataDir: string;
  let users: RunningRestService | undefined;
  beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'atrium-data-'))));
  afterEach(async () => {
    await users?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Restarts it. @returns the accounts that it warns of; undefined if it does not */
  async function accountsWarnedOf(environment: Record<string, string>): Promise<unknown> {
    await users?.stop();
    const log = new LogLines();
    users = await startUsers(
      usersSettings(environmentFor({ dataDir }, { LOG_LEVEL: 'info', ...environment })),
      log,
    );
    const [warning, ...more] = log.with({ level: 'warn' });
    expect(more).toEqual([]);
    if (warning) expect(warning['msg']).toContain('DEMO ACCOUNTS IN PRODUCTION');
    return warning?.['accounts'];
  }

  it.each<Record<string, string>>([{}, { SEED: 'off' }, { SEED: '' }])(
    'creates no demo accounts with %p, and does not warn',
    async (none) => {
      expect(await accountsWarnedOf({ ...PRODUCTION, ...none })).toBeUndefined();
      await accountsWarnedOf({});
      expect((await clientOf(users!.url)('GET /users/u1')).status).toBe(404);
    },
  );

  it('warns of demo accounts at each start while their passwords are public', async () => {
    expect(await accountsWarnedOf({ ...PRODUCTION, SEED: '1' })).toEqual([ADA, GRACE]);
    expect(await accountsWarnedOf(PRODUCTION)).toEqual([ADA, GRACE]);
  });

  it('does not warn of an account whose password was changed', async () => {
    await accountsWarnedOf({ SEED: '1' });
    const body = { currentPassword: 'analytical-engine', newPassword: 'a phrase of her own' };
    const changed = await clientOf(users!.url)('POST /users/u1/password-changes', { as: ada, body });
    expect(changed.body).toEqual({ isChanged: true });
    expect(await accountsWarnedOf(PRODUCTION)).toEqual([GRACE]);
  });

  it('warns in production only', async () => {
    expect(await accountsWarnedOf({ SEED: '1' })).toBeUndefined();
  });
});
