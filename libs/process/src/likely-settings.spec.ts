import { describe, expect, it } from '@jest/globals';
import { unknownSettings } from './likely-settings.ts';

const known = new Map([
  ...['PORT', 'HOST', 'PORTAL', 'LOG_LEVEL', 'CORS_ORIGINS', 'OIDC_CLIENT_ID', 'SEED', 'TLS_CERT_FILE'].map(
    (name) => [name, false] as const,
  ),
  ...['REDIS_URL', 'DATABASE_URL', 'METRICS_TOKEN'].map((name) => [name, true] as const),
]);
const warningsOf = (environment: NodeJS.ProcessEnv) => unknownSettings(environment, known);

describe('a variable that is no setting', () => {
  it.each([
    ['REDIS_URI', 'REDIS_URL'],
    ['REDISURL', 'REDIS_URL'],
    ['redis_url', 'REDIS_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['LOGLEVL', 'LOG_LEVEL'],
  ])('is likely meant as one: %s as %s', (name, meant) => {
    expect(warningsOf({ [name]: 'hunter2' })).toEqual([`${name} is ignored: there is ${meant}`]);
  });

  it.each([
    'HOSTNAME',
    'PATH',
    'POST',
    'SHELL',
    'LOGNAME',
    'METRICS_PORT',
    'USERS_PORT',
    'REDIS_PORT',
    'REDIS_HOST',
    'SEEDS',
    'SSL_CERT_FILE',
  ])('is something else: %s', (name) => expect(warningsOf({ [name]: 'x' })).toEqual([]));

  it('is not reported where the setting is set, too, or where it is empty', () => {
    expect(warningsOf({ REDIS_URI: 'x', REDIS_URL: 'y', DATABSE_URL: ' ' })).toEqual([]);
  });

  it('may be the file of a setting: of a secret it is one, of another not', () => {
    expect(warningsOf({ REDIS_URL_FILE: '/x', OIDC_CLIENT_ID_FILE: '/run/secrets/id' })).toEqual([
      'OIDC_CLIENT_ID_FILE is ignored: OIDC_CLIENT_ID is no secret, and cannot be a file',
    ]);
  });
});
