import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateAuthority } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { complaint } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';
import { redisTls } from './redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-redis-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, pem: string) => {
  writeFileSync(join(folder, name), pem);
  return join(folder, name);
};

const authority = new CertificateAuthority();
const issued = authority.issue('gateway');
const REDIS_URL = 'rediss://redis.example:6380';
const REDIS_CA_FILE = fileOf('ca.pem', authority.cert);
const REDIS_CERT_FILE = fileOf('cert.pem', issued.cert);
const REDIS_KEY_FILE = fileOf('key.pem', issued.key);
const otherKey = fileOf('other.pem', authority.issue('other').key);

describe('TLS to Redis', () => {
  it('has the contents of the files', () => {
    const config = loadConfig({ REDIS_URL, REDIS_CA_FILE, REDIS_CERT_FILE, REDIS_KEY_FILE });
    expect(redisTls(config)).toEqual({ ca: authority.cert, ...issued });
  });

  it.each([
    ['a certificate alone', { REDIS_CERT_FILE }, 'REDIS_KEY_FILE: must be set where REDIS_CERT_FILE is'],
    ['a key alone', { REDIS_KEY_FILE }, 'REDIS_CERT_FILE: must be set where REDIS_KEY_FILE is'],
    ['another key', { REDIS_CERT_FILE, REDIS_KEY_FILE: otherKey }, 'REDIS_KEY_FILE: and REDIS_CERT_FILE must be'],
    [
      'a key for an authority',
      { REDIS_CA_FILE: REDIS_KEY_FILE },
      'REDIS_CA_FILE: must be whole certificates, in PEM',
    ],
    [
      'a URL without TLS',
      { REDIS_URL: 'redis://redis.example:6379', REDIS_CA_FILE },
      'REDIS_URL: must begin with rediss where REDIS_CA_FILE or REDIS_CERT_FILE is set',
    ],
  ])('is refused with %s', (_, files, message) => {
    expect(complaint({ REDIS_URL, ...files })).toContain(message);
  });
});
