import { afterEach, describe, expect, it } from '@jest/globals';
import { createPublicKey, hash, verify } from 'node:crypto';
import { createClient } from '../client.ts';
import { json, problem, scriptedGateway, type Step } from '../gateway.fixture.ts';
import { getMe, login, placeOrder } from '../generated/operations.ts';
import { unwrap } from '../result.ts';
import { type BindingKey, dpop, type KeyStore } from './dpop.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
async function gateway(...steps: Step[]) {
  const found = await scriptedGateway(...steps);
  opened.push(found);
  return found;
}

/** The public key in a proof. */
interface PublicJwk {
  [member: string]: string;
}

const tokens = (accessToken: string, expiresIn = 900) => ({
  accessToken,
  tokenType: 'DPoP',
  expiresIn,
  refreshToken: `refresh-${accessToken}`,
});
const credentials = { email: 'ada@example.com', password: 'secret' };
const part = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;

/** The claims of a proof whose signature is right, and the key that it names. */
function read(proof: unknown): Record<string, unknown> & { jwk: PublicJwk } {
  const [head, body, signature] = (proof as string).split('.') as [string, string, string];
  const { typ, alg, jwk } = part(head) as { typ: string; alg: string; jwk: PublicJwk };
  expect([typ, alg, Object.keys(jwk).sort()]).toEqual(['dpop+jwt', 'ES256', ['crv', 'kty', 'x', 'y']]);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  expect(isSigned).toBe(true);
  return { ...part(body), jwk };
}
const hashOf = (token: string) => hash('sha256', token, 'base64url');

describe('tokens that are bound to a key', () => {
  it('are asked for and sent with proofs of one key, each new', async () => {
    const { url, requests } = await gateway(json(200, tokens('t1')), json(200, {}));
    const auth = dpop();
    const client = createClient({ baseUrl: url, auth });
    await auth.accept(await unwrap(login(client, credentials)));
    await getMe(client);
    await getMe(client);
    const proofs = requests.map(({ headers }) => read(headers['dpop']));
    expect(proofs).toMatchObject([
      { htm: 'POST', htu: `${url}/v1/auth/login` },
      { htm: 'GET', htu: `${url}/v1/me`, ath: hashOf('t1') },
      { htm: 'GET', htu: `${url}/v1/me`, ath: hashOf('t1') },
    ]);
    expect(proofs[0]!['ath']).toBeUndefined();
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'DPoP t1', 'DPoP t1']);
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(3);
    expect(new Set(proofs.map(({ jwk }) => JSON.stringify(jwk))).size).toBe(1);
  });

  it('are renewed with a proof, too', async () => {
    const { url, requests } = await gateway(json(200, tokens('t2')), json(200, {}));
    const auth = dpop();
    await auth.accept(tokens('t1', 5));
    await getMe(createClient({ baseUrl: url, auth }));
    expect(requests.map((one) => [one.url, one.headers.authorization])).toEqual([
      ['/v1/auth/refresh', undefined],
      ['/v1/me', 'DPoP t2'],
    ]);
    expect(requests.map(({ headers }) => read(headers['dpop'])['ath'])).toEqual([undefined, hashOf('t2')]);
  });

  it('have the nonce that the gateway asks for, at the same call and from then on', async () => {
    const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n1' };
    const { url, requests } = await gateway(
      problem(400, 'BAD_REQUEST', { 'dpop-nonce': 'n0' }),
      json(200, tokens('t1')),
      problem(401, 'UNAUTHENTICATED', challenge),
      json(200, {}),
    );
    const auth = dpop();
    const client = createClient({ baseUrl: url, auth });
    await auth.accept(await unwrap(login(client, credentials)));
    const lines = [{ productId: 'p1', quantity: 1 }];
    expect(await placeOrder(client, { lines })).toMatchObject({ ok: true });
    expect(await getMe(client)).toMatchObject({ ok: true });
    const nonces = requests.map(({ headers }) => read(headers['dpop'])['nonce']);
    expect(nonces).toEqual([undefined, 'n0', 'n0', 'n1', 'n1']);
    const [, , first, again] = requests;
    expect(again!.headers['idempotency-key']).toBe(first!.headers['idempotency-key']);
  });

  it('are not asked for without end by a gateway that takes no nonce', async () => {
    const { url, requests } = await gateway(problem(400, 'BAD_REQUEST', { 'dpop-nonce': 'n0' }));
    const client = createClient({ baseUrl: url, auth: dpop() });
    expect(await login(client, credentials)).toMatchObject({ error: { code: 'BAD_REQUEST' } });
    expect(requests).toHaveLength(2);
  });

  it('have a private key that cannot be read, from the store if there is one', async () => {
    let kept: BindingKey | null = null;
    const keyStore: KeyStore = {
      load: async () => kept,
      save: async (keys) => void (kept ??= keys),
    };
    const { url, requests } = await gateway(json(200, {}));
    for (let visit = 0; visit < 2; visit++) {
      const auth = dpop({ keyStore });
      await auth.accept(tokens('t1'));
      await getMe(createClient({ baseUrl: url, auth }));
    }
    const [one, other] = requests.map(({ headers }) => read(headers['dpop']).jwk);
    expect(one).toEqual(other);
    const { privateKey } = kept as unknown as BindingKey;
    expect(privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
  });

  it('use the key of another tab that was first', async () => {
    const first = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ]);
    let loads = 0;
    const keyStore: KeyStore = { load: async () => (loads++ ? first : null), save: async () => {} };
    const { url, requests } = await gateway(json(200, {}));
    const auth = dpop({ keyStore });
    await auth.accept(tokens('t1'));
    await getMe(createClient({ baseUrl: url, auth }));
    const { x } = await crypto.subtle.exportKey('jwk', first.publicKey);
    expect(read(requests[0]!.headers['dpop']).jwk['x']).toBe(x);
  });
});
