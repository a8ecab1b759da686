import { bearersWith } from '#gateway/identity/issuers/issuers.fixture';
import { aProofKey, forgedProof } from '#gateway/identity/dpop/forge.fixture';
import { proofIn } from '#gateway/identity/dpop/proof';
import { TokenIssuer } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { hashOf } from '#gateway/identity/jwt/verified';

let issuer: TokenIssuer;
beforeAll(async () => void (issuer = await TokenIssuer.open()));
afterAll(() => issuer.close());

const keys = aProofKey();
const HERE = 'https://api.example/v1/me';
const ofToken = (token: string) => forgedProof(keys, { htm: 'GET', htu: HERE, ath: hashOf(token) });
const { thumbprint: jkt } = proofIn(ofToken(''), { method: 'GET', urls: [HERE], tokenHash: hashOf('') });

async function gateway() {
  const { presented } = await bearersWith({ ...issuer.settings, introspection: issuer.introspection });
  const at = { method: 'GET', protocol: 'https', host: 'api.example', originalUrl: '/v1/me?fields=id' };
  const come = async (scheme: string, token: string, dpop?: string) =>
    presented.callerOf(`${scheme} ${token}`, { ...at, headers: { dpop } } as unknown as FastifyRequest);
  return { come };
}

const KINDS: [string, (cnf: unknown) => string][] = [
  ['a JWT', (cnf) => issuer.token({ cnf, jti: crypto.randomUUID() })],
  ['an opaque token', (cnf) => issuer.opaqueToken({ cnf })],
];

describe.each(KINDS)('%s of an outside issuer that is bound to a key', (_, make) => {
  it('is accepted with a proof by that key, and by no other', async () => {
    const { come } = await gateway();
    const token = make({ jkt });
    expect(await come('DPoP', token, ofToken(token))).toMatchObject({ id: 'u1' });
    expect(await come('dpop', token, ofToken(token))).toMatchObject({ id: 'u1' });
    const another = forgedProof(aProofKey(), { htm: 'GET', htu: HERE, ath: hashOf(token) });
    await expect(come('DPoP', token, another)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(come('DPoP', token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is refused as a bearer token', async () => {
    const { come } = await gateway();
    const token = make({ jkt });
    expect(await come('Bearer', token, ofToken(token))).toBeUndefined();
  });

  it.each([[{ 'x5t#S256': 'a certificate' }], [{ jkt: 7 }], [{}], ['text'], [null], [{ jkt: '' }]])(
    'is refused if its binding cannot be checked: %p',
    async (cnf) => {
      const { come } = await gateway();
      const token = make(cnf);
      expect(await come('Bearer', token)).toBeUndefined();
      await expect(come('DPoP', token, ofToken(token))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );

  it('that is unbound is refused with the scheme DPoP', async () => {
    const { come } = await gateway();
    const token = make(undefined);
    await expect(come('DPoP', token, ofToken(token))).rejects.toMatchObject({
      headers: { 'www-authenticate': expect.stringContaining('invalid_token') },
    });
    expect(await come('Bearer', token)).toMatchObject({ id: 'u1' });
  });
});
