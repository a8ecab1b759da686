import { loadConfig } from '#gateway/config/config';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ProofNonces } from './nonces.ts';

const keys = new KeySet(await SigningKey.make('ES256'));
const config = loadConfig({ DPOP_NONCE: 'on' });
afterEach(() => void jest.restoreAllMocks());

describe('a nonce', () => {
  it('is valid at every gateway with the same key, and at no other', async () => {
    const nonce = new ProofNonces(config, keys).current();
    expect(new ProofNonces(config, keys).isGood(nonce)).toBe(true);
    const others = new KeySet(await SigningKey.make('ES256'));
    expect(new ProofNonces(config, others).isGood(nonce)).toBe(false);
  });

  it('is valid for at least 2.5 and at most 5 minutes', () => {
    const nonces = new ProofNonces(config, keys);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(150_000 * 1_000 + 149_999);
    const nonce = nonces.current();
    clock.mockReturnValue(150_000 * 1_001 + 149_999);
    expect(nonces.isGood(nonce)).toBe(true);
    clock.mockReturnValue(150_000 * 1_002);
    expect(nonces.isGood(nonce)).toBe(false);
    clock.mockReturnValue(150_000 * 999);
    expect(nonces.isGood(nonce)).toBe(false);
  });

  it.each([
    [undefined],
    [''],
    ['x'],
    [7],
    ['zzzzzzzzz.AAAAAAAAAAAAAAAAAAAAAA'],
    [`${'1'.repeat(10)}.${'A'.repeat(22)}`],
  ])('is not %p', (nonce) => {
    expect(new ProofNonces(config, keys).isGood(nonce)).toBe(false);
  });

  it('is required if DPOP_NONCE says so', () => {
    expect(new ProofNonces(config, keys).areRequired).toBe(true);
    expect(new ProofNonces(loadConfig({}), keys).areRequired).toBe(false);
  });
});
