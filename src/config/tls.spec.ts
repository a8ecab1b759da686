import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { certificateFiles } from '#test/support/certificate';
import { complaint } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';

const one = certificateFiles();
const other = certificateFiles();
afterAll(() => {
  one.remove();
  other.remove();
});

describe('the certificate of the gateway', () => {
  it('is read with its key, and is optional', () => {
    expect(loadConfig(one.files).TLS_CERT_FILE).toBe(one.cert);
    expect(loadConfig({}).TLS_CERT_FILE).toBeUndefined();
  });

  it.each([
    ['without its key', () => ({ TLS_CERT_FILE: one.files.TLS_CERT_FILE }), 'TLS_KEY_FILE'],
    ['that is missing beside its key', () => ({ TLS_KEY_FILE: one.files.TLS_KEY_FILE }), 'TLS_CERT_FILE'],
    [
      'with the key of another certificate',
      () => ({ ...one.files, TLS_KEY_FILE: other.files.TLS_KEY_FILE }),
      'TLS_KEY_FILE',
    ],
    ['in a missing file', () => ({ ...one.files, TLS_CERT_FILE: '/nowhere.pem' }), 'cannot be read: ENOENT'],
  ])('is refused %s', (_, files, why) => {
    expect(complaint(files())).toContain(why);
  });

  it('is refused with a key that has a passphrase, and says so', () => {
    const path = join(one.files.TLS_KEY_FILE, '..', 'encrypted.pem');
    const key = createPrivateKey(readFileSync(one.files.TLS_KEY_FILE));
    writeFileSync(
      path,
      key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' }),
    );
    const redis = { REDIS_URL: 'rediss://localhost', REDIS_CERT_FILE: one.files.TLS_CERT_FILE };
    const message = complaint({ ...one.files, TLS_KEY_FILE: path, ...redis, REDIS_KEY_FILE: path });
    expect(message).toContain('TLS_KEY_FILE: must be without a passphrase: openssl pkey');
    expect(message).toContain('REDIS_KEY_FILE: must be without a passphrase: openssl pkey');
  });

  it('trusts the authorities of whole files alone', () => {
    const path = join(one.files.TLS_KEY_FILE, '..', 'authorities.pem');
    const settings = { ...one.files, TLS_CLIENT_CA_FILE: path };
    writeFileSync(path, one.authority + other.authority.replaceAll(' CERT', ' TRUSTED CERT'));
    expect(loadConfig(settings).TLS_CLIENT_CA_FILE).toContain('TRUSTED');
    writeFileSync(path, one.authority + other.authority.slice(0, 90));
    expect(complaint(settings)).toContain('TLS_CLIENT_CA_FILE: must be whole certificates, in PEM');
  });

  it('is not quoted if it is invalid', () => {
    const path = join(one.files.TLS_KEY_FILE, '..', 'text.pem');
    writeFileSync(path, 'hunter2');
    const message = complaint({ ...one.files, TLS_CERT_FILE: path });
    expect(message).toContain('TLS_KEY_FILE: and TLS_CERT_FILE must be');
    expect(message).not.toContain('hunter2');
  });
});
