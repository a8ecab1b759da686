import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { CertificateAuthority } from '#libs/testing';
import { changesBetween } from './changes.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-changes-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function aFile(content: unknown): string {
  const path = join(folder, `${(files += 1)}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const between = (before: NodeJS.ProcessEnv, after: NodeJS.ProcessEnv) =>
  changesBetween(loadConfig(before), loadConfig(after));

const key = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const issuer = {
  issuer: 'https://id.example',
  audience: 'atrium',
  userIdClaim: 'sub',
  scopes: {},
  introspection: { url: 'https://id.example/introspect', clientId: 'us', clientSecret: 'hunter2' },
};

describe('what a reload has changed', () => {
  it('is nothing where only settings differ that need a restart', () => {
    expect(between({}, { BODY_LIMIT_BYTES: '99' })).toEqual([]);
  });

  it('is named with both values where these are limits, levels and policies', () => {
    const settings = aFile({ RATE_LIMIT_LOGIN: '7/60', MAX_QUEUED: 0, LOG_LEVEL: 'warn' });
    expect(between({}, { SETTINGS_FILE: settings })).toEqual([
      'LOG_LEVEL: info → warn',
      'MAX_QUEUED: 100 → 0',
      'RATE_LIMIT_LOGIN: 60/60 → 7/60',
    ]);
    const upstreams = aFile({ users: { breaker: { mode: 'off' }, timeoutMs: 1500 } });
    expect(between({ UPSTREAMS_FILE: upstreams }, {})).toEqual(['UPSTREAMS_FILE.users.breaker.mode: off → on']);
  });

  it('is named without values where these may be secrets', () => {
    const other = { ...issuer, introspection: { ...issuer.introspection, clientSecret: 'hunter3' } };
    const changes = between({ ISSUERS_FILE: aFile([issuer]) }, { ISSUERS_FILE: aFile([other]) });
    expect(changes).toEqual(['ISSUERS_FILE: https://id.example: introspection is changed']);
  });

  it('is nothing where an issuer has the same key in another file, and something where it is another key', () => {
    const [one, same, another] = [key(), '', key()];
    const withKey = (pem: string) => {
      const { clientSecret: _, ...introspection } = issuer.introspection;
      return aFile([{ ...issuer, introspection: { ...introspection, clientKeyFile: aFile(pem) } }]);
    };
    expect(between({ ISSUERS_FILE: withKey(one) }, { ISSUERS_FILE: withKey(one + same) })).toEqual([]);
    expect(between({ ISSUERS_FILE: withKey(one) }, { ISSUERS_FILE: withKey(another) })).toHaveLength(1);
  });

  it('is named for secrets without their values, with what takes a restart', () => {
    const secrets = (text: string) => ({
      METRICS_TOKEN_FILE: aFile(`a token of metrics, ${text}`.replaceAll(/\W/g, '-')),
      REDIS_URL_FILE: aFile(`redis://:${text}@127.0.0.1:6379`),
    });
    expect(between(secrets('hunter2'), secrets('hunter3'))).toEqual([
      'METRICS_TOKEN: the secret is changed',
      'REDIS_URL: the secret is changed: restart to use it',
    ]);
  });

  it('is the end of validity of a certificate, and that the key is another', () => {
    const authority = new CertificateAuthority();
    const settings = () => {
      const { cert, key: pem } = authority.issue('localhost');
      return { TLS_CERT_FILE: aFile(cert), TLS_KEY_FILE: aFile(pem) };
    };
    expect(between(settings(), settings())).toEqual([
      expect.stringMatching(/^TLS_CERT_FILE: valid to \d{4}-.*Z → \d{4}-.*Z$/),
      'TLS_KEY_FILE: the content is changed',
    ]);
  });
});
