import { createHash, createPublicKey, generateKeyPairSync, type JsonWebKeyInput, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { SigningKey } from './signing-key.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('the signing key', () => {
  it('is known by its thumbprint (RFC 7638)', () => {
    const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
    const canonical = `{"e":"${e}","kty":"RSA","n":"${n}"}`;
    expect(new SigningKey(privateKey).id).toBe(createHash('sha256').update(canonical).digest('base64url'));
  });

  it('is shown by its public half alone', () => {
    const { keys } = new SigningKey(privateKey).keySet();
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0]!).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
  });

  it('signs what the key it shows verifies', () => {
    const key = new SigningKey(privateKey);
    const shown = createPublicKey({ key: key.keySet().keys[0], format: 'jwk' } as JsonWebKeyInput);
    const signature = sign('sha256', Buffer.from('words'), key.privateKey);
    expect(verify('sha256', Buffer.from('words'), shown, signature)).toBe(true);
  });

  it('is the configured one, or made at start where none is', async () => {
    const configured = await SigningKey.from({ ...loadConfig({}), JWT_PRIVATE_KEY: privateKey });
    expect(configured.id).toBe(new SigningKey(privateKey).id);
    const [one, other] = [await SigningKey.from(loadConfig({})), await SigningKey.from(loadConfig({}))];
    expect(one.id).not.toBe(other.id);
    expect(one.privateKey.asymmetricKeyDetails!.modulusLength).toBe(2048);
  });
});
