import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { freePort, IdentityProvider } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Finding } from './finding.ts';
import { checkIssuers } from './issuers.ts';
import { checkProvider } from './provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-doctor-provider-'));
let provider: IdentityProvider;
/** What the key set of another issuer answers. */
let keySet: { status: number; body: string };
const other = createServer((_, response) => response.writeHead(keySet.status).end(keySet.body));
let otherUrl: string;

beforeAll(async () => {
  provider = await IdentityProvider.open();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
});
beforeEach(() => {
  provider.metadata = {};
});
afterAll(async () => {
  other.close();
  other.closeAllConnections();
  await provider.close();
  rmSync(folder, { recursive: true });
});

const fileOf = (...issuers: object[]): string => {
  const path = join(folder, 'issuers.json');
  writeFileSync(path, JSON.stringify(issuers));
  return path;
};
const lines = (findings: Finding[]) =>
  findings.map(({ level, about, message }) => `${level} ${about}: ${message}`);

/** What is reported of the provider, with these settings beside those that are right. */
async function reportOf(environment: Record<string, string> = {}): Promise<string[]> {
  const config = loadConfig({
    OIDC_ISSUER: provider.url,
    OIDC_CLIENT_ID: 'atrium',
    OIDC_CLIENT_SECRET: 'secret',
    PUBLIC_URL: 'https://shop.example',
    ISSUERS_FILE: fileOf({ ...provider.settings, issuer: environment['OIDC_ISSUER'] ?? provider.url }),
    ...environment,
  });
  return lines(await checkProvider({ environment: {}, config, data: undefined }));
}

describe('npm run doctor, of the provider of browsers', () => {
  it('says nothing without one, and is content with one that is right', async () => {
    expect(await checkProvider({ environment: {}, config: loadConfig({}), data: undefined })).toEqual([]);
    expect(await reportOf()).toEqual(['ok OIDC_ISSUER: has the metadata that logins need']);
  });

  it('finds one that has another issuer in its metadata, if only by its slash', async () => {
    for (const issuer of ['https://login.example', `${provider.url}/`]) {
      provider.metadata = { issuer };
      expect(await reportOf()).toEqual([
        `problem OIDC_ISSUER: cannot be used, so that nobody logs in: UPSTREAM_UNAVAILABLE: the provider's issuer is ${issuer}, not ${provider.url}`,
      ]);
    }
  });

  it('finds one that cannot be reached', async () => {
    const OIDC_ISSUER = `http://127.0.0.1:${await freePort()}`;
    expect(await reportOf({ OIDC_ISSUER })).toEqual([
      expect.stringMatching(/^problem OIDC_ISSUER: cannot be used, so that nobody logs in: .*ECONNREFUSED/),
    ]);
  });

  it.each<[string, object, string]>([
    ['no token endpoint', { token_endpoint: null }, 'problem OIDC_ISSUER: has no token_endpoint in its metadata'],
    [
      'signatures that are refused here',
      { id_token_signing_alg_values_supported: ['HS256', 'none'] },
      'problem OIDC_ISSUER: signs ID tokens with HS256, none alone: each is refused',
    ],
    ['no S256', { code_challenge_methods_supported: ['plain'] }, 'warning OIDC_ISSUER: does not list S256'],
    [
      'another client authentication',
      { token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'] },
      'warning OIDC_CLIENT_ID: authenticates with client_secret_basic, and the provider lists private_key_jwt, none',
    ],
  ])('finds one with %s', async (_, metadata, finding) => {
    provider.metadata = { ...metadata };
    expect(await reportOf()).toEqual([expect.stringContaining(finding)]);
  });

  it('finds a redirect URI that browsers or cookies cannot use', async () => {
    const problemsWith = async (PUBLIC_URL: string, NODE_ENV = 'test') => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const JWT_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      const keys = { JWT_PRIVATE_KEY, INTERNAL_TOKEN_KEY: 'a key of this spec alone that is long enough' };
      return (await reportOf({ PUBLIC_URL, NODE_ENV, ...keys })).filter((line) => line.startsWith('problem'));
    };
    expect(await problemsWith('http://shop.example')).toEqual([
      expect.stringContaining('take no cookie of a login'),
    ]);
    expect(await problemsWith('http://localhost:3000', 'production')).toEqual([
      expect.stringContaining('browsers elsewhere do not reach it'),
    ]);
    expect(await problemsWith('http://localhost:3000')).toEqual([]);
    expect(await problemsWith('https://localhost', 'production')).toEqual([]);
  });
});

describe('npm run doctor, of the issuers of tokens', () => {
  async function issuersReport(settings: object): Promise<string[]> {
    const issuer = { issuer: otherUrl, audience: 'a', userIdClaim: 'sub', scopes: {}, ...settings };
    const config = loadConfig({ ISSUERS_FILE: fileOf(issuer) });
    return lines(await checkIssuers({ environment: {}, config, data: undefined }));
  }
  const jwk = (type: 'ec' | 'x25519') => {
    const { publicKey } =
      type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync(type);
    return publicKey.export({ format: 'jwk' });
  };
  const keys = (...all: object[]) => JSON.stringify({ keys: all });

  it.each<[string, number, string, string]>([
    ['the metadata', 200, '{"issuer":"a","jwks_uri":"b"}', 'problem .*: it is no key set'],
    ['no keys', 200, keys(), 'problem .*: none of its keys verifies signatures here'],
    [
      'keys for encryption',
      200,
      keys(jwk('x25519'), { ...jwk('ec'), use: 'enc' }),
      'problem .*: none of its keys',
    ],
    ['a page', 200, '<html>', 'problem .*: cannot be used'],
    ['a redirect, which is not followed', 302, '', 'problem .*: it answers 302'],
    ['a key', 200, keys(jwk('ec'), jwk('x25519')), 'ok .*: has keys for ES256 at'],
  ])('judges the key set: %s', async (_, status, body, finding) => {
    keySet = { status, body };
    const [first] = await issuersReport({ jwksUrl: `${otherUrl}/keys` });
    expect(first).toMatch(new RegExp(`^${finding}`));
  });

  it.each([
    [401, 'ok .*: answers at'],
    [405, 'ok .*: answers at'],
    [404, 'problem .*: it answers 404'],
    [503, 'problem .*: it answers 503'],
  ])('looks at the endpoint for introspection alone where there are no keys: %s', async (status, finding) => {
    keySet = { status, body: '' };
    const introspection = { url: `${otherUrl}/introspect`, clientId: 'a', clientSecret: 'b' };
    const [first] = await issuersReport({ introspection });
    expect(first).toMatch(new RegExp(`^${finding}`));
  });
});
