import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { generateKeyPair, generateProof, type JWSAlgorithm } from 'dpop';
import { ALGORITHMS, TokenProvider } from './token-provider.ts';

jest.setTimeout(60_000);

const FORMATS = ['jwt', 'opaque'] as const;
let provider: TokenProvider;
let shop: Shop;
beforeAll(async () => {
  provider = await TokenProvider.open();
  const folder = mkdtempSync(join(tmpdir(), 'atrium-issuers-'));
  const file = join(folder, 'issuers.json');
  const { introspection } = provider.settings;
  writeFileSync(
    file,
    JSON.stringify([{ ...provider.settings, introspection: { ...introspection, cacheSeconds: 0 } }]),
  );
  shop = await Shop.open({ ISSUERS_FILE: file });
  rmSync(folder, { recursive: true });
});
afterAll(async () => {
  await shop?.close();
  await provider?.close();
});

const orders = (headers: Record<string, string>) => fetch(`${shop.gateway.url}/v1/orders`, { headers });

describe.each(FORMATS)('an access token of oidc-provider: %s', (format) => {
  it('is taken with the scopes that its words stand for', async () => {
    const { token, type } = await provider.token(format);
    expect(type).toBe('Bearer');
    expect((await orders({ authorization: `Bearer ${token}` })).status).toBe(200);
    const me = await fetch(`${shop.gateway.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(me.status).toBe(403);
    expect((await orders({ authorization: `Bearer ${token}x` })).status).toBe(401);
  });

  it.each<JWSAlgorithm>(['ES256', 'Ed25519'])(
    'is bound to a key, and taken with it alone: %s',
    async (algorithm) => {
      const keys = await generateKeyPair(algorithm);
      const { token, type } = await provider.token(
        format,
        await generateProof(keys, `${provider.url}/token`, 'POST'),
      );
      expect(type).toBe('DPoP');
      const proof = (by = keys) => generateProof(by, `${shop.gateway.url}/v1/orders`, 'GET', undefined, token);
      const authorization = `DPoP ${token}`;
      expect((await orders({ authorization, dpop: await proof() })).status).toBe(200);
      expect((await orders({ authorization, dpop: await proof(await generateKeyPair('ES256')) })).status).toBe(
        401,
      );
      expect((await orders({ authorization: `Bearer ${token}` })).status).toBe(401);
    },
  );
});

it.each(ALGORITHMS)('an access token of oidc-provider is taken with the algorithm %s', async (algorithm) => {
  const { token } = await provider.token(algorithm);
  expect(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())).toMatchObject({ alg: algorithm });
  expect((await orders({ authorization: `Bearer ${token}` })).status).toBe(200);
});

it('an opaque token of oidc-provider is asked about by a gateway that is known by a key', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-issuers-'));
  const [file, clientKeyFile] = [join(folder, 'issuers.json'), join(folder, 'client.pem')];
  const { clientId, key } = provider.byKey;
  const { url } = provider.settings.introspection;
  const settings = { ...provider.settings, introspection: { url, clientId, clientKeyFile } };
  writeFileSync(clientKeyFile, key);
  writeFileSync(file, JSON.stringify([settings]));
  const byKey = await Shop.open({ ISSUERS_FILE: file });
  rmSync(folder, { recursive: true });
  try {
    const send = (token: string) =>
      fetch(`${byKey.gateway.url}/v1/orders`, { headers: { authorization: `Bearer ${token}` } });
    const { token } = await provider.token('opaque');
    expect([(await send(token)).status, (await send(`${token}x`)).status]).toEqual([200, 401]);
  } finally {
    await byKey.close();
  }
});

it('an opaque token of oidc-provider that was revoked is refused', async () => {
  const { token } = await provider.token('opaque');
  expect((await orders({ authorization: `Bearer ${token}` })).status).toBe(200);
  await provider.revoke(token);
  expect((await orders({ authorization: `Bearer ${token}` })).status).toBe(401);
});
