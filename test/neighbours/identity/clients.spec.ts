import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PublicKey } from '#gateway/identity/keys/public-key';
import { Visitor } from '#test/support/visitor';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { ClientMetadata } from 'oidc-provider';
import { ProviderGateway } from './provider-gateway.ts';

jest.setTimeout(60_000);

type Given = Parameters<typeof ProviderGateway.open>[0];

/** Logs ada in, and lets her session be renewed. @returns who she is then */
async function loggedIn(given: Given, changed: Record<string, number> = { AccessToken: 2 }) {
  const configuration = { ...given!.configuration, ttl: changed };
  const opened = await ProviderGateway.open({ ...given, configuration });
  try {
    const ada = new Visitor();
    await ada.go(`${opened.url}/bff/login`, 'ada');
    const send = async () => {
      const answer = await ada.send(`${opened.url}/bff/session`);
      return (await answer.json()) as { userId?: string; scopes?: string[] };
    };
    let session = await send();
    while (!opened.provider.grants.get('refresh_token') && session.userId) session = await send();
    return { session: await send(), grants: opened.provider.grants, errors: opened.provider.errors };
  } finally {
    await opened.close();
  }
}

/** The public half of the gateway's key, where the provider asks for it. */
async function published(...all: KeyObject[]) {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: all.map(jwkOf) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

function jwkOf(key: KeyObject) {
  const { alg: _, ...jwk } = new PublicKey(key).publicJwk();
  return jwk;
}

const ada = expect.objectContaining({ userId: 'u1', scopes: expect.arrayContaining(['orders:write']) });
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = await published(privateKey, rsa.privateKey);
afterAll(() => void keys.close());
const SECRET = 'a secret & of more than thirty-two characters';

describe('the gateway is known to oidc-provider', () => {
  const secret = { OIDC_CLIENT_SECRET: SECRET };
  const key = { OIDC_CLIENT_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  const signs: Partial<ClientMetadata> = {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks_uri: keys.url,
  };
  const pushes = {
    features: { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true } },
  };

  it.each<[string, NonNullable<Given>]>([
    ['as a public client', {}],
    ['by metadata at another URL than its issuer', { issuerUrl: 'https://login.invalid/tenant' }],
    [
      'by a secret',
      {
        environment: secret,
        client: { token_endpoint_auth_method: 'client_secret_basic', client_secret: SECRET },
      },
    ],
    [
      'by a secret in the body, where it takes no other',
      {
        environment: secret,
        client: { token_endpoint_auth_method: 'client_secret_post', client_secret: SECRET },
        configuration: { clientAuthMethods: ['client_secret_post'] },
      },
    ],
    [
      'by a secret in the body, where other clients send it by HTTP Basic',
      {
        environment: { ...secret, OIDC_CLIENT_AUTH: 'client_secret_post' },
        client: { token_endpoint_auth_method: 'client_secret_post', client_secret: SECRET },
      },
    ],
    [
      'by assertions that are signed with a secret',
      {
        environment: secret,
        client: { token_endpoint_auth_method: 'client_secret_jwt', client_secret: SECRET },
        configuration: { clientAuthMethods: ['client_secret_jwt'] },
      },
    ],
    [
      'by an RSA key, where it accepts no RS256',
      {
        environment: { OIDC_CLIENT_KEY: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
        client: { ...signs, token_endpoint_auth_signing_alg: 'PS256' },
        configuration: { enabledJWA: { clientAuthSigningAlgValues: ['PS256', 'ES256'] } },
      },
    ],
    ['by a key', { environment: key, client: signs }],
    [
      'by the security profile FAPI 2.0',
      {
        environment: { ...key, OIDC_DPOP: 'on' },
        client: { ...signs, dpop_bound_access_tokens: true },
        configuration: {
          features: { ...pushes.features, fapi: { enabled: true, profile: '2.0' }, dPoP: { enabled: true } },
        },
      },
    ],
    ['by a key, where it demands pushed requests', { environment: key, client: signs, configuration: pushes }],
    ['as a public client, where it demands pushed requests', { configuration: pushes }],
  ])('%s, at a login and at a renewal', async (_, given) => {
    const { session, grants, errors } = await loggedIn(given);
    expect({ session, errors }).toEqual({ session: ada, errors: [] });
    expect(grants.get('refresh_token')).toBeGreaterThan(0);
  });
});

describe('what a user may do comes from oidc-provider', () => {
  it('by the scope of the token response, where no claim has it', async () => {
    const issuer = { scopeClaim: 'scope', scopes: { profile: ['orders:write'] } };
    const { session } = await loggedIn({ issuer });
    expect(session).toEqual({ userId: 'u1', scopes: ['orders:write'] });
  });

  it('by a signed UserInfo response', async () => {
    const given: Given = {
      environment: { OIDC_SCOPES_FROM: 'userinfo' },
      client: { userinfo_signed_response_alg: 'ES256' },
      configuration: { conformIdTokenClaims: true, features: { jwtUserinfo: { enabled: true } } },
    };
    const { session, errors } = await loggedIn(given);
    expect({ session, errors }).toEqual({ session: ada, errors: [] });
  });

  it('by the UserInfo endpoint, where ID tokens have no claims', async () => {
    const environment = { OIDC_SCOPES_FROM: 'userinfo' };
    const { session, errors } = await loggedIn({ environment, configuration: { conformIdTokenClaims: true } });
    expect({ session, errors }).toEqual({ session: ada, errors: [] });
  });
});
