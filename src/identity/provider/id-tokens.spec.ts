import { describe, expect, it, jest } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { IdTokens, UncheckedToken } from './id-tokens.ts';

const ISSUER = 'https://login.example';

/** A provider that signs tokens, and publishes the keys that a test chooses. */
async function provider() {
  const make = async (kid: string | undefined) => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), alg: 'ES256', ...(kid ? { kid } : {}) } };
  };
  let publishedKeys: object[] | undefined = [];
  let requested = 0;
  const fetchKeys = async () => {
    requested += 1;
    return publishedKeys ? Response.json({ keys: publishedKeys }) : new Response('', { status: 503 });
  };
  const server = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` };
  return {
    make,
    publish: (...keys: { jwk: object }[]) => void (publishedKeys = keys.map((key) => key.jwk)),
    isDown: () => void (publishedKeys = undefined),
    requested: () => requested,
    tokens: new IdTokens(server, 'atrium', fetchKeys as typeof fetch),
    sign: (
      { kid, privateKey }: Awaited<ReturnType<typeof make>>,
      claims: object = {},
      audience = 'atrium',
      header: object = {},
    ) => {
      const iat = Math.floor(Date.now() / 1000);
      const payload = { sub: 'u1', iss: ISSUER, aud: audience, iat, exp: iat + 60, ...claims };
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'ES256', ...(kid ? { kid } : {}), ...header })
        .sign(privateKey);
    },
  };
}

describe('an ID token', () => {
  it('is verified with a key that the provider has just begun to use', async () => {
    const { make, publish, sign, tokens } = await provider();
    for (const kid of ['a', 'b', 'c']) {
      const key = await make(kid);
      publish(key);
      expect(await tokens.idClaimsOf(await sign(key))).toMatchObject({ sub: 'u1' });
    }
  });

  it('without a key id is verified with each key that fits', async () => {
    const { make, publish, sign, tokens } = await provider();
    const [one, other, stranger] = [await make(undefined), await make(undefined), await make(undefined)];
    publish(one, other);
    for (const key of [one, other]) expect(await tokens.idClaimsOf(await sign(key))).toMatchObject({ sub: 'u1' });
    await expect(tokens.idClaimsOf(await sign(stranger))).rejects.toThrow('signature verification failed');
  });

  it.each([
    ['keys have no ids', undefined, undefined],
    ['a new key has the id of the old one', 'a', 'a'],
    ['only tokens name ids', undefined, 'a'],
  ])('is verified with a new key at once where %s', async (_, published, named) => {
    const { make, publish, sign, tokens } = await provider();
    for (let rotations = 0; rotations < 3; rotations += 1) {
      const key = await make(published);
      publish(key);
      expect(await tokens.idClaimsOf(await sign({ ...key, kid: named }))).toMatchObject({ sub: 'u1' });
    }
  });

  it('is verified if null stands for what its key or its header leave out', async () => {
    const { make, publish, sign, tokens } = await provider();
    const absent = { use: null, key_ops: null, ext: null, x5c: null, x5t: null, d: null, oth: null };
    const key = await make('a');
    publish({ jwk: { ...key.jwk, ...absent, alg: null } });
    expect(await tokens.idClaimsOf(await sign(key))).toMatchObject({ sub: 'u1' });
    expect(await tokens.idClaimsOf(await sign(key, {}, 'atrium', { kid: null }))).toMatchObject({ sub: 'u1' });
    const unnamed = await make(undefined);
    publish({ jwk: { ...unnamed.jwk, ...absent, kid: null } });
    expect(await tokens.idClaimsOf(await sign(unnamed))).toMatchObject({ sub: 'u1' });
  });

  it('is verified if null stands for a claim that it need not have, and only then', async () => {
    const { make, publish, sign, tokens } = await provider();
    const [key, stranger] = [await make('a'), await make('a')];
    publish(key);
    expect(await tokens.idClaimsOf(await sign(key, { nbf: null, auth_time: null }))).toMatchObject({ sub: 'u1' });
    await expect(tokens.idClaimsOf(await sign(stranger, { nbf: null }))).rejects.toThrow('signature verification');
    await expect(tokens.idClaimsOf(await sign(key, { nbf: null }, 'another'))).rejects.toThrow('"aud"');
    const late = { nbf: null, exp: Math.floor(Date.now() / 1000) - 31 };
    await expect(tokens.idClaimsOf(await sign(key, late))).rejects.toThrow('"exp"');
  });

  it('must be for this client, and signed by the provider', async () => {
    const { make, publish, sign, tokens } = await provider();
    const [key, stranger] = [await make('a'), await make('a')];
    publish(key);
    await expect(tokens.idClaimsOf(await sign(key, {}, 'another'))).rejects.toThrow('"aud"');
    await expect(tokens.idClaimsOf(await sign(stranger))).rejects.toThrow('signature verification failed');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`;
    await expect(tokens.idClaimsOf(unsigned)).rejects.not.toBeInstanceOf(UncheckedToken);
  });

  it('is neither valid nor invalid if its key cannot be fetched', async () => {
    const { make, publish, isDown, sign, tokens } = await provider();
    const [key, next] = [await make('a'), await make('b')];
    isDown();
    await expect(tokens.idClaimsOf(await sign(key))).rejects.toThrow(UncheckedToken);
    publish(key);
    expect(await tokens.idClaimsOf(await sign(key))).toMatchObject({ sub: 'u1' });
    await expect(tokens.idClaimsOf(await sign(next))).rejects.toThrow(UncheckedToken);
  });
});

describe('a logout token', () => {
  it('triggers at most one key fetch a second, whatever key it names', async () => {
    const { make, publish, requested, sign, tokens } = await provider();
    const [key, stranger] = [await make('a'), await make('b')];
    publish(key);
    const forged = await sign(stranger);
    const all = Array.from({ length: 20 }, () => tokens.logoutClaimsOf(forged).catch((error: unknown) => error));
    for (const one of await Promise.all(all)) expect(one).toBeInstanceOf(UncheckedToken);
    expect(requested()).toBe(1);
  });

  it('is verified with a new key under the id of the old one, whose fetch no forged token repeats', async () => {
    const { make, publish, requested, sign, tokens } = await provider();
    const [key, next, stranger] = [await make('a'), await make('a'), await make('a')];
    publish(key);
    expect(await tokens.logoutClaimsOf(await sign(key))).toMatchObject({ sub: 'u1' });
    publish(next);
    const later = Date.now() + 2_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => later);
    try {
      expect(await tokens.logoutClaimsOf(await sign(next))).toMatchObject({ sub: 'u1' });
      const forged = await sign(stranger);
      const all = Array.from({ length: 20 }, () => tokens.logoutClaimsOf(forged).catch((error: Error) => error));
      for (const one of await Promise.all(all))
        expect(one).toMatchObject({ name: 'JWSSignatureVerificationFailed' });
      expect(requested()).toBe(2);
    } finally {
      clock.mockRestore();
    }
  });
});
