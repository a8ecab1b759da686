import { availableParallelism } from 'node:os';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DEMO_INTERNAL_TOKEN_KEY } from '#libs/internal-token';
import { complaint, wrong } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;
const rsa = (modulusLength: number) => pemOf(generateKeyPairSync('rsa', { modulusLength }).privateKey);

describe('the signing key', () => {
  it('is an RSA key in PEM, with escaped or real line ends', () => {
    const pem = rsa(2048);
    for (const given of [pem, pem.replaceAll('\n', '\\n')]) {
      expect(loadConfig({ JWT_PRIVATE_KEY: given }).JWT_PRIVATE_KEY!.asymmetricKeyType).toBe('rsa');
    }
  });

  it.each([
    ['a weak key', () => rsa(1024)],
    ['a key of another type', () => pemOf(generateKeyPairSync('ed25519').privateKey)],
    ['half a key', () => rsa(2048).slice(0, 400)],
    ['no key', () => 'c2VjcmV0LXNlY3JldC1zZWNyZXQ='],
  ])('is never %s, and the error does not quote it', (_, make) => {
    const pem = make();
    const message = complaint({ JWT_PRIVATE_KEY: pem });
    expect(message).toContain(
      'JWT_PRIVATE_KEY: must be an RSA private key of at least 2048 bits, or an EC private key on P-256, in PEM',
    );
    expect(pem.split('\n').filter((line) => line && message.includes(line))).toEqual([]);
  });
});

describe('a key with a passphrase', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encrypted = (type: 'pkcs8' | 'sec1') =>
    privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' }) as string;

  it.each(['JWT_PRIVATE_KEY', 'JWT_NEXT_KEY', 'JWT_RETIRED_KEYS', 'OIDC_CLIENT_KEY'])(
    'is refused as such: %s',
    (name) => {
      for (const pem of [encrypted('pkcs8'), encrypted('sec1')])
        expect(complaint({ [name]: pem })).toContain(`${name}: must be without a passphrase: openssl pkey`);
    },
  );
});

describe('the next and retired keys', () => {
  it('may be as openssl ecparam -genkey writes them', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const sec1 = privateKey.export({ type: 'sec1', format: 'pem' }) as string;
    const pem = `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1}`;
    expect(wrong({ JWT_PRIVATE_KEY: pem })).toEqual([]);
    expect(wrong({ JWT_NEXT_KEY: pem })).toEqual([]);
    expect(loadConfig({ JWT_RETIRED_KEYS: pem + rsa(2048) }).JWT_RETIRED_KEYS).toHaveLength(2);
  });

  it('must be strong too, and errors name only their variable', () => {
    for (const name of ['JWT_NEXT_KEY', 'JWT_RETIRED_KEYS']) {
      expect(wrong({ [name]: rsa(1024) })).toEqual([name]);
      expect(wrong({ [name]: 'no key' })).toEqual([name]);
      expect(wrong({ [name]: rsa(2048) })).toEqual([]);
    }
    expect(wrong({ JWT_NEXT_KEY: rsa(2048) + rsa(2048) })).toEqual(['JWT_NEXT_KEY']);
    expect(loadConfig({ JWT_RETIRED_KEYS: rsa(2048) + rsa(2048) }).JWT_RETIRED_KEYS).toHaveLength(2);
  });

  it('may be EC keys on P-256, and on no other curve', () => {
    const ec = (namedCurve: string) => pemOf(generateKeyPairSync('ec', { namedCurve }).privateKey);
    expect(loadConfig({ JWT_PRIVATE_KEY: ec('P-256') }).JWT_PRIVATE_KEY!.asymmetricKeyType).toBe('ec');
    expect(wrong({ JWT_PRIVATE_KEY: ec('P-384') })).toEqual(['JWT_PRIVATE_KEY']);
  });
});

describe('the keys in production', () => {
  const keys = {
    JWT_PRIVATE_KEY: rsa(2048),
    INTERNAL_TOKEN_KEY: 'a key that only this gateway and its services know',
  };

  it('must be set, and must not be the demo key', () => {
    const NODE_ENV = 'production';
    expect(wrong({ NODE_ENV })).toEqual(['INTERNAL_TOKEN_KEY', 'JWT_PRIVATE_KEY']);
    expect(wrong({ NODE_ENV, ...keys, INTERNAL_TOKEN_KEY: DEMO_INTERNAL_TOKEN_KEY })).toEqual([
      'INTERNAL_TOKEN_KEY',
    ]);
    expect(loadConfig({ NODE_ENV, ...keys })).toMatchObject({ NODE_ENV: 'production' });
  });

  it('are reported together with other mistakes', () => {
    expect(wrong({ NODE_ENV: 'production', PORT: 'x' })).toEqual([
      'INTERNAL_TOKEN_KEY',
      'JWT_PRIVATE_KEY',
      'PORT',
    ]);
  });

  it('are reported once if invalid', () => {
    const wrongKey = { ...keys, NODE_ENV: 'production', JWT_PRIVATE_KEY: 'x' };
    expect(wrong(wrongKey)).toEqual(['JWT_PRIVATE_KEY']);
  });
});

describe('the number of workers', () => {
  const JWT_PRIVATE_KEY = rsa(2048);

  it('may exceed one only with Redis and a configured signing key', () => {
    expect(wrong({ WORKERS: '2' })).toEqual(['JWT_PRIVATE_KEY', 'REDIS_URL']);
    expect(wrong({ WORKERS: '2', REDIS_URL: 'redis://127.0.0.1:6379', JWT_PRIVATE_KEY })).toEqual([]);
    expect(wrong({ WORKERS: '1' })).toEqual([]);
  });

  it.each(['0', '-1', '1.5', 'many', '257'])('is refused: %p', (WORKERS) => {
    expect(wrong({ WORKERS })).toContain('WORKERS');
  });

  it('is one per core for auto', () => {
    const config = loadConfig({ WORKERS: 'auto', REDIS_URL: 'redis://127.0.0.1:6379', JWT_PRIVATE_KEY });
    expect(config.WORKERS).toBe(availableParallelism());
  });
});
