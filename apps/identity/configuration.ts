import { randomBytes } from 'node:crypto';
import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { exportJWK, generateKeyPair } from 'jose';
import type { ClientMetadata, Configuration } from 'oidc-provider';
import { answerPage, LOGGED_OUT_PAGE, logoutPage } from './pages.ts';

/** The path of the login pages at the provider. */
export const INTERACTION_PATH = '/interaction/';

/** The client id of the gateway: a public client, which uses PKCE alone (RFC 7636). */
const CLIENT_ID = 'atrium';

/** Lifetimes, in seconds. That of access tokens is short, so that renewals can be observed. */
const TTL = {
  AccessToken: 300,
  AuthorizationCode: 60,
  Grant: 86_400,
  IdToken: 300,
  Interaction: 600,
  RefreshToken: 86_400,
  Session: 86_400,
};

/** The gateway as a client of the provider. @param gatewayUrl its URL for browsers */
export const clientOf = (gatewayUrl: string): ClientMetadata => ({
  client_id: CLIENT_ID,
  client_name: 'Atrium',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  id_token_signed_response_alg: 'ES256',
  redirect_uris: [`${gatewayUrl}/bff/callback`],
  backchannel_logout_uri: `${gatewayUrl}/bff/backchannel-logout`,
  backchannel_logout_session_required: true,
});

/** A signing key of the provider, which exists as long as the process. */
export async function newKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') };
}

/** The configuration of the demo provider: one client, and the demo accounts with their roles. */
export async function configurationFor(client: ClientMetadata): Promise<Configuration> {
  return {
    clients: [client],
    jwks: { keys: [await newKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    ttl: TTL,
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'], roles: ['roles'] },
    // Claims are in ID tokens, as with most providers, and not only at the UserInfo endpoint.
    conformIdTokenClaims: false,
    findAccount: (_context, id) => accountOf(id),
    interactions: { url: (_context, { uid }) => `${INTERACTION_PATH}${uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => answerPage(context, logoutPage(form)),
        postLogoutSuccessSource: (context) => answerPage(context, LOGGED_OUT_PAGE),
      },
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    // The gateway is on this machine, and the default dispatcher refuses to post logout tokens to local addresses.
    fetch: (url, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
  } as Configuration;
}

function accountOf(id: string) {
  const account = DEMO_ACCOUNTS.find((one) => one.id === id);
  if (!account) return undefined;
  const { name, email, role } = account;
  return { accountId: id, claims: () => ({ sub: id, name, email, roles: [role] }) };
}
