import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '#libs/testing';
import { wrong } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-oidc-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const provider = (given: Record<string, string>) => ({
  OIDC_ISSUER: 'https://login.example',
  OIDC_CLIENT_ID: 'atrium',
  PUBLIC_URL: 'https://api.example',
  ISSUERS_FILE: fileOf(
    'issuers.json',
    JSON.stringify([
      {
        issuer: 'https://login.example',
        jwksUrl: 'https://login.example/keys',
        audience: 'atrium',
        userIdClaim: 'sub',
        scopes: {},
      },
    ]),
  ),
  ...given,
});

describe('the client of a provider', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const OIDC_CLIENT_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

  it('may have a secret, a key, or neither, and never both', () => {
    expect(wrong(provider({}))).toEqual([]);
    expect(wrong(provider({ OIDC_CLIENT_SECRET: 'secret' }))).toEqual([]);
    expect(wrong(provider({ OIDC_CLIENT_KEY }))).toEqual([]);
    expect(wrong(provider({ OIDC_CLIENT_KEY, OIDC_CLIENT_SECRET: 'secret' }))).toEqual(['OIDC_CLIENT_KEY']);
    expect(wrong(provider({ OIDC_CLIENT_KEY: 'no key' }))).toEqual(['OIDC_CLIENT_KEY']);
  });

  it('may say how its secret is sent, if it has one', () => {
    const secret = { OIDC_CLIENT_SECRET: 'secret' };
    for (const OIDC_CLIENT_AUTH of ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']) {
      expect(wrong(provider({ ...secret, OIDC_CLIENT_AUTH }))).toEqual([]);
      expect(wrong(provider({ OIDC_CLIENT_KEY, OIDC_CLIENT_AUTH }))).toEqual(['OIDC_CLIENT_AUTH']);
    }
    expect(wrong(provider({ OIDC_CLIENT_KEY, OIDC_CLIENT_AUTH: 'auto' }))).toEqual([]);
    expect(wrong(provider({ ...secret, OIDC_CLIENT_AUTH: 'private_key_jwt' }))).toEqual(['OIDC_CLIENT_AUTH']);
  });

  it('trusts the certificates in a file, which must be valid', async () => {
    const OIDC_CA_FILE = fileOf('ca.pem', new CertificateAuthority().cert);
    expect(loadConfig({ OIDC_CA_FILE }).OIDC_CA_FILE).toContain('BEGIN CERTIFICATE');
    expect(wrong({ OIDC_CA_FILE: fileOf('no.pem', 'no certificate') })).toEqual(['OIDC_CA_FILE']);
    expect(wrong({ OIDC_CA_FILE: '/nowhere' })).toEqual(['OIDC_CA_FILE']);
  });
});

describe('the extra parameters of a login', () => {
  it('have the syntax of a query', () => {
    const OIDC_AUTHORIZATION_PARAMS = 'access_type=offline&audience=https%3A%2F%2Fapi.example';
    expect(loadConfig({ OIDC_AUTHORIZATION_PARAMS }).OIDC_AUTHORIZATION_PARAMS).toEqual({
      access_type: 'offline',
      audience: 'https://api.example',
    });
  });

  it.each([
    'state=1',
    'redirect_uri=https://evil.example',
    'a b=c',
    'code_challenge_method=plain',
    '=x',
    'max_age=soon',
    'max_age=',
  ])('must not contain %p', (OIDC_AUTHORIZATION_PARAMS) => {
    expect(wrong({ OIDC_AUTHORIZATION_PARAMS })).toEqual(['OIDC_AUTHORIZATION_PARAMS']);
  });
});

describe('the sources of scopes', () => {
  it('are an ordered list', () => {
    const OIDC_SCOPES_FROM = 'access_token, userinfo';
    expect(loadConfig({ OIDC_SCOPES_FROM }).OIDC_SCOPES_FROM).toEqual(['access_token', 'userinfo']);
  });

  it.each(['id-token', ','])('refuse %p', (OIDC_SCOPES_FROM) => {
    expect(wrong({ OIDC_SCOPES_FROM })).toEqual(['OIDC_SCOPES_FROM']);
  });
});

it.each([
  ['OIDC_CONSENT', 'yes'],
  ['OIDC_PAR', 'off'],
  ['OIDC_METADATA_URL', 'http://login.example/.well-known/openid-configuration'],
  ['OIDC_METADATA_URL', '/.well-known/openid-configuration'],
  ['OIDC_SESSION_MS', '59999'],
  ['OIDC_SESSION_MS', '2592000001'],
  ['OIDC_END_SESSION', '1'],
  ['OIDC_POST_LOGOUT_URL', 'javascript:alert(1)'],
  ['OIDC_REVOCATION', '0'],
])('%s is never %p', (name, value) => {
  expect(wrong({ [name]: value })).toEqual([name]);
});
