import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { CertificateAuthority } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { complaint, wrong } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-issuers-'));
afterAll(() => rmSync(folder, { recursive: true }));

function aFile(content: unknown): string {
  return fileOf('issuers.json', JSON.stringify(content));
}

function fileOf(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const issuer = {
  issuer: 'https://login.example',
  jwksUrl: 'https://login.example/keys',
  audience: 'atrium',
  userIdClaim: 'sub',
  scopes: { customer: ['orders:read'] },
};

const introspection = {
  url: 'https://login.example/introspect',
  clientId: 'atrium',
  clientSecret: 'a secret of the client',
};

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const clientKeyFile = fileOf('client.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
const weakKeyFile = fileOf('weak.pem', 'a secret that is no key');
const byKey = { ...introspection, clientSecret: undefined, clientKeyFile };

describe('the file of outside issuers', () => {
  it('names the accepted issuers, and maps their scopes', () => {
    const { ISSUERS_FILE } = loadConfig({ ISSUERS_FILE: aFile([issuer]) });
    const byDefault = { types: ['at+jwt'], scopeClaim: ['scope', 'scp'], audienceClaim: 'aud' };
    expect(ISSUERS_FILE).toEqual([{ ...issuer, ...byDefault }]);
  });

  it.each([
    ['keys over plain HTTP', [{ ...issuer, jwksUrl: 'http://login.example/keys' }], '0.jwksUrl: must be https://'],
    ['no audience', [{ ...issuer, audience: undefined }], '0.audience'],
    ['no claim for the user', [{ ...issuer, userIdClaim: undefined }], '0.userIdClaim'],
    ['an unknown member', [{ ...issuer, trust: true }], 'trust'],
    ['an issuer twice', [issuer, issuer], 'names an issuer twice'],
    ['neither keys nor introspection', [{ ...issuer, jwksUrl: undefined }], 'needs jwksUrl or introspection'],
    [
      'introspection at two issuers, which would send one the tokens of the other',
      [
        { ...issuer, introspection },
        { ...issuer, issuer: 'https://other.example', introspection },
      ],
      'has introspection at more than one issuer',
    ],
    [
      'introspection over plain HTTP',
      [{ ...issuer, introspection: { ...introspection, url: 'http://login.example/introspect' } }],
      '0.introspection.url: must be https://',
    ],
    [
      'introspection without a secret or a key',
      [{ ...issuer, introspection: { ...introspection, clientSecret: undefined } }],
      '0.introspection: needs either clientSecret or clientKeyFile',
    ],
    [
      'introspection with a secret and a key',
      [{ ...issuer, introspection: { ...byKey, clientSecret: 'secret' } }],
      '0.introspection: needs either clientSecret or clientKeyFile',
    ],
    [
      'introspection with a client key and a method for secrets',
      [{ ...issuer, introspection: { ...byKey, clientAuth: 'client_secret_post' } }],
      'clientAuth must be private_key_jwt with clientKeyFile',
    ],
    [
      'introspection with private_key_jwt and no key',
      [{ ...issuer, introspection: { ...introspection, clientAuth: 'private_key_jwt' } }],
      'and only then',
    ],
    [
      'introspection with an invalid key',
      [{ ...issuer, introspection: { ...byKey, clientKeyFile: weakKeyFile } }],
      '0.introspection.clientKeyFile: must be an RSA private key',
    ],
    ['invalid certificates', [{ ...issuer, caFile: weakKeyFile }], '0.caFile: must be whole certificates, in PEM'],
    [
      'certificates in a missing file',
      [{ ...issuer, caFile: join(folder, 'none.pem') }],
      '0.caFile: the file cannot be read: ENOENT',
    ],
    ['an object in place of the list', issuer, 'must be a list of issuers'],
  ])('must not have %s', (_, content, text) => {
    expect(complaint({ ISSUERS_FILE: aFile(content) })).toContain(text);
  });

  it('has the trusted certificates of the issuer, and the client key of the gateway', () => {
    const authority = new CertificateAuthority();
    const caFile = fileOf('ca.pem', authority.cert);
    const file = aFile([{ ...issuer, caFile, introspection: byKey }]);
    const [read] = loadConfig({ ISSUERS_FILE: file }).ISSUERS_FILE;
    expect(read!.caFile).toBe(authority.cert);
    expect(read!.introspection!.clientKeyFile!.equals(privateKey)).toBe(true);
  });

  it('does not quote an invalid key', () => {
    const file = aFile([{ ...issuer, introspection: { ...byKey, clientKeyFile: weakKeyFile } }]);
    expect(complaint({ ISSUERS_FILE: file })).not.toContain('a secret that is no key');
  });

  it('configures introspection, which makes jwksUrl optional', () => {
    const keyless = { ...issuer, jwksUrl: undefined, introspection };
    const [read] = loadConfig({ ISSUERS_FILE: aFile([keyless]) }).ISSUERS_FILE;
    expect(read!.introspection).toEqual({
      ...introspection,
      cacheSeconds: 300,
      audienceRequired: true,
    });
  });

  it('may name several claims with scopes', () => {
    const [one, several] = ['roles', ['scope', 'roles']].map(
      (scopeClaim) => loadConfig({ ISSUERS_FILE: aFile([{ ...issuer, scopeClaim }]) }).ISSUERS_FILE[0]!,
    );
    expect([one!.scopeClaim, several!.scopeClaim]).toEqual([['roles'], ['scope', 'roles']]);
  });

  it('may have loopback addresses over plain HTTP', () => {
    const local = { ...issuer, issuer: 'http://127.0.0.1:9000', jwksUrl: 'http://localhost:9000/keys' };
    expect(complaint({ ISSUERS_FILE: aFile([local]) })).toBe('');
  });
});

describe('the OpenID provider for browsers', () => {
  const whole = {
    OIDC_ISSUER: issuer.issuer,
    OIDC_CLIENT_ID: 'atrium',
    OIDC_CLIENT_SECRET: 'secret',
    PUBLIC_URL: 'https://api.shop.example',
  };

  it('must be one of the issuers, with a client id and PUBLIC_URL', () => {
    expect(wrong({ ...whole, ISSUERS_FILE: aFile([issuer]) })).toEqual([]);
    expect(wrong({ ...whole, ISSUERS_FILE: aFile([]) })).toEqual(['OIDC_ISSUER']);
    expect(wrong({ OIDC_ISSUER: issuer.issuer, ISSUERS_FILE: aFile([issuer]) })).toEqual([
      'OIDC_CLIENT_ID',
      'PUBLIC_URL',
    ]);
  });
});
