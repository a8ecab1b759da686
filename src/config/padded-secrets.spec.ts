import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-padded-'));
afterAll(() => rmSync(folder, { recursive: true }));

const valueOf = (name: string, environment: NodeJS.ProcessEnv): unknown =>
  (loadConfig(environment) as Record<string, unknown>)[name];

describe('a secret whose form has no blanks', () => {
  it.each([
    ['REDIS_URL', 'redis://127.0.0.1:6379/1'],
    ['METRICS_TOKEN', 'a-token-of-the-metrics'],
    ['SENTRY_DSN', 'https://key@sentry.example/1'],
    ['LOKI_AUTHORIZATION', 'Basic c2hvcDpzaG9w'],
    ['ELASTICSEARCH_AUTHORIZATION', 'ApiKey c2hvcDpzaG9w'],
  ])('is the same in a file with a blank at its end, as `echo` of Windows writes it: %s', (name, value) => {
    const file = join(folder, name);
    for (const padded of [`${value} \r\n`, `\n${value}\n`, ` ${value}`]) {
      writeFileSync(file, padded);
      expect(valueOf(name, { [`${name}_FILE`]: file })).toBe(value);
      expect(valueOf(name, { [name]: padded })).toBe(value);
    }
  });

  it('is not one that may have blanks, as the secret of a provider', () => {
    expect(valueOf('OIDC_CLIENT_SECRET', { OIDC_CLIENT_SECRET: ' a secret \r\n' })).toBe(' a secret ');
  });
});
