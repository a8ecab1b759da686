import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Proof, proofIn } from '#gateway/identity/dpop/proof';
import { withIssuers } from '#gateway/identity/issuers/issuers.fixture';
import { DetachedWork } from '#libs/upstream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkIsBound, type DpopKey, newDpopKey, withProof } from './dpop-proofs.ts';
import { ProviderClient } from './provider-client.ts';

/** The nonce that the provider requires; undefined if it accepts proofs without one. */
let nonce: string | undefined;
/** The proofs that its token endpoint has checked, those with a wrong nonce included. */
let proofs: Proof[];
/** Whether it requires another nonce at each request. */
let isRestless: boolean;
let server: Server;
let issuer: string;
let client: ProviderClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    const json = (status: number, body: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url !== '/token') return json(200, { issuer, token_endpoint: `${issuer}/token` });
    const proof = proofIn(request.headers['dpop'], { method: 'POST', urls: [`${issuer}/token`] });
    proofs.push(proof);
    if (isRestless) nonce = `nonce-${proofs.length}`;
    if (nonce !== undefined) response.setHeader('dpop-nonce', nonce);
    if (proof.nonce !== nonce) return json(400, { error: 'use_dpop_nonce' });
    return json(200, { access_token: 'token', token_type: 'DPoP', expires_in: 60 });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  [nonce, proofs, isRestless] = [undefined, [], false];
  await client?.onApplicationShutdown();
  const settings = { issuer, jwksUrl: `${issuer}/keys`, audience: 'a', userIdClaim: 'sub', scopes: {} };
  const environment = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'atrium', PUBLIC_URL: 'https://api.example' };
  client = new ProviderClient(withIssuers([settings], environment), new DetachedWork());
});
afterAll(async () => {
  await client.onApplicationShutdown();
  server.close();
  server.closeAllConnections();
});

/** Requests tokens with a refresh token. */
async function refreshed(key: DpopKey | undefined) {
  const connection = await client.connect();
  const { oauth, server: at, client: us, auth, options } = connection;
  return withProof(connection, key, async (proof) => {
    const all = { ...options(), ...proof };
    const response = await oauth.refreshTokenGrantRequest(at, us, auth, 'refresh-token', all);
    return oauth.processRefreshTokenResponse(at, us, response);
  });
}

describe('requests to a provider with the key of a session', () => {
  it('have a different proof by that key each time', async () => {
    const [key, other] = [await newDpopKey(), await newDpopKey()];
    for (const one of [key, key, other]) expect(await refreshed(one)).toMatchObject({ token_type: 'dpop' });
    const [first, second, third] = proofs.map(({ thumbprint }) => thumbprint);
    expect([first === second, first === third]).toEqual([true, false]);
    expect(new Set(proofs.map(({ id }) => id)).size).toBe(3);
  });

  it('have the nonce that the provider requires, starting with the latest one of any session', async () => {
    nonce = 'first';
    await refreshed(await newDpopKey());
    await refreshed(await newDpopKey());
    nonce = 'second';
    await refreshed(await newDpopKey());
    expect(proofs.map((proof) => proof.nonce)).toEqual([undefined, 'first', 'first', 'first', 'second']);
  });

  it('are retried only once if the provider always requires another nonce', async () => {
    isRestless = true;
    await expect(refreshed(await newDpopKey())).rejects.toMatchObject({ error: 'use_dpop_nonce' });
    expect(proofs).toHaveLength(2);
  });
});

describe('an access token of a provider', () => {
  it('is refused unless it is bound to the key of the session, and accepted unbound without a key', async () => {
    const key = await newDpopKey();
    const bearer = { access_token: 'token', token_type: 'bearer' } as const;
    expect(() => checkIsBound(bearer, key)).toThrow('not bound to the key of the session');
    expect(() => checkIsBound(bearer, undefined)).not.toThrow();
    expect(() => checkIsBound({ access_token: 'token', token_type: 'dpop' }, key)).not.toThrow();
  });
});
