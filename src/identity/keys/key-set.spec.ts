import { createHash, createPublicKey, generateKeyPairSync, type JsonWebKeyInput, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { KeySet } from './key-set.ts';
import { PublicKey } from './public-key.ts';
import { SigningKey } from './signing-key.ts';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const pem = (key: ReturnType<typeof rsa>) => key.export({ type: 'pkcs8', format: 'pem' }) as string;
const publicPem = (key: ReturnType<typeof rsa>) =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
const privateKey = rsa();

describe('a signing key', () => {
  it('has its thumbprint as its id (RFC 7638)', async () => {
    const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
    const canonical = `{"e":"${e}","kty":"RSA","n":"${n}"}`;
    expect(new SigningKey(privateKey).id).toBe(createHash('sha256').update(canonical).digest('base64url'));
    const ec = await SigningKey.make('ES256');
    const { x, y } = ec.key.export({ format: 'jwk' });
    const ofEc = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
    expect(ec.id).toBe(createHash('sha256').update(ofEc).digest('base64url'));
  });

  it('is for one algorithm only', async () => {
    expect((await SigningKey.make('RS256')).algorithm).toBe('RS256');
    expect((await SigningKey.make('ES256')).algorithm).toBe('ES256');
  });

  it('is published without its private half', async () => {
    const [rsaKey] = new KeySet(new SigningKey(privateKey)).publicJwks().keys;
    expect(Object.keys(rsaKey!).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const [ecKey] = new KeySet(await SigningKey.make('ES256')).publicJwks().keys;
    expect(Object.keys(ecKey!).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(ecKey).toMatchObject({ alg: 'ES256', use: 'sig' });
  });

  it('makes signatures that the published key verifies', () => {
    const key = new SigningKey(privateKey);
    const published = createPublicKey({ key: key.publicJwk(), format: 'jwk' } as JsonWebKeyInput);
    const signature = sign('sha256', Buffer.from('words'), key.privateKey);
    expect(verify('sha256', Buffer.from('words'), published, signature)).toBe(true);
  });
});

describe('the keys of a gateway', () => {
  it('are one generated at startup, if none is configured', async () => {
    const [one, other] = [await KeySet.from(loadConfig({})), await KeySet.from(loadConfig({}))];
    expect(one.current.id).not.toBe(other.current.id);
    expect(one.current.privateKey.asymmetricKeyDetails!.modulusLength).toBe(2048);
    expect((await KeySet.from(loadConfig({ JWT_ALGORITHM: 'ES256' }))).current.algorithm).toBe('ES256');
  });

  it('are the current one, the next one, and the retired ones', async () => {
    const [next, old, older] = [rsa(), rsa(), rsa()];
    const keys = await KeySet.from(
      loadConfig({
        JWT_PRIVATE_KEY: pem(privateKey),
        JWT_NEXT_KEY: pem(next),
        JWT_RETIRED_KEYS: `${publicPem(old)}${pem(older).replaceAll('\n', '\\n')}`,
      }),
    );
    const ids = [privateKey, next, old, older].map((key) => new PublicKey(key).id);
    expect(keys.current.id).toBe(ids[0]);
    expect(keys.publicJwks().keys.map(({ kid }) => kid)).toEqual(ids);
    expect(JSON.stringify(keys.publicJwks())).not.toContain('"d"');
    for (const id of ids) expect(keys.withId(id)?.id).toBe(id);
    expect(keys.withId('another')).toBeUndefined();
    expect(keys.withId(undefined)).toBeUndefined();
  });
});
