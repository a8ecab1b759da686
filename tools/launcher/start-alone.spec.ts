import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { demo } from '#apps/demo';
import { givenSettings, readSettings, secretsIn, SettingsError } from '#libs/process';
import { planProcesses } from './plan.ts';
import { startAlone } from './start-alone.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** The line for a service of a launcher with this environment. */
function lineOf(
  name: string,
  environment: Record<string, string>,
  given = Object.keys(environment),
  secrets: readonly string[] = [],
): string {
  process.env = { PATH: before['PATH'], ...environment };
  const { gateway, services } = planProcesses(environment);
  return startAlone(
    [gateway, ...services].find((plan) => plan.name === name)!,
    given.map((setting) => ({ name: setting, isSecret: secrets.includes(setting) })),
  );
}

describe('the command that restarts a service', () => {
  it('has no default values', () => {
    expect(lineOf('orders', {}, ['HOST', 'PORT', 'SEED'])).toBe('npm run start:orders');
  });

  it('has the port of the launcher', () => {
    expect(lineOf('orders', { ORDERS_PORT: '4002' }, ['PORT'])).toBe('PORT=4002 npm run start:orders');
    expect(lineOf('orders', { PORT: '4000' }, ['PORT'])).toBe('PORT=3002 npm run start:orders');
  });

  it('has the settings of the service, and no others', () => {
    expect(
      lineOf('orders', { ORDER_STEP_MS: '500', DATA_DIR: '/tmp/my data', TOKEN_MS: '3' }, [
        'DATA_DIR',
        'ORDER_STEP_MS',
      ]),
    ).toBe("DATA_DIR='/tmp/my data' ORDER_STEP_MS=500 npm run start:orders");
  });

  it('has the URL of the launched gateway', () => {
    expect(lineOf('identity', { PORT: '4000' }, ['GATEWAY_URL', 'PORT'])).toBe(
      'PORT=3006 GATEWAY_URL=http://127.0.0.1:4000 npm run start:identity',
    );
  });

  it.each(["it's", '$HOME `id` "x" \\', 'two\nlines', '*'])('evaluates to %p in a shell', (value) => {
    const line = lineOf('orders', { DATA_DIR: value }).replace('npm run start:orders', 'printenv DATA_DIR');
    expect(execFileSync('sh', ['-c', line], { encoding: 'utf8', env: process.env })).toBe(`${value}\n`);
  });

  it('has no secrets, and fails in a shell that does not have them', () => {
    const secrets = { DATABASE_URL: 'postgres://me:hidden@db/shop', INTERNAL_TOKEN_KEY: 'hidden'.repeat(8) };
    const line = lineOf('orders', secrets, Object.keys(secrets), Object.keys(secrets));
    expect(line).not.toContain('hidden');
    const script = line.replace('npm run start:orders', 'printenv DATABASE_URL');
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8', env: process.env })).toBe(
      `${secrets.DATABASE_URL}\n`,
    );
    process.env = { PATH: before['PATH'] };
    expect(() => execFileSync('sh', ['-c', script], { stdio: 'pipe', env: process.env })).toThrow('DATABASE_URL');
  });

  it.each(['gateway', ...Object.keys(demo.services)])('has no secret of %s', async (name) => {
    const { gateway, services } = planProcesses({});
    const { settings } = [gateway, ...services].find((plan) => plan.name === name)!;
    const { schema } = (await import(`../../${settings}.ts`)) as { schema: z.ZodObject };
    const environment = Object.fromEntries(secretsIn(schema).map((setting) => [setting, 'hidden']));
    // What was read is known although none of these values is right.
    expect(() => readSettings(schema, environment)).toThrow(SettingsError);
    process.env = environment;
    const line = startAlone({ ...gateway, name }, givenSettings());
    expect(line).not.toContain('hidden');
    expect(line).toContain('INTERNAL_TOKEN_KEY="${INTERNAL_TOKEN_KEY:?}"');
  });

  it('has no password of a URL', () => {
    expect(lineOf('gateway', { USERS_URL: 'http://me:hidden@users:3001' })).toBe(
      'USERS_URL="${USERS_URL:?}" npm run start:gateway',
    );
  });
});
