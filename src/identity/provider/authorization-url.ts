import type { Config } from '#gateway/config/config';
import { oauthResponse } from '#gateway/identity/issuers/oauth-response';
import { thumbprintOf } from './dpop-proofs.ts';
import type { LoginRequest } from './login-query.ts';
import type { PendingLogin } from './pending-logins.ts';
import type { Connection } from './provider-client.ts';

/**
 * The authorization URL that starts a login (OpenID Connect Core, section 3.1.2.1). If the provider requires it, or if
 * `OIDC_PAR` is on, it only references a pushed authorization request (RFC 9126). The code is bound to the key of the login, if it
 * has one (RFC 9449, section 10).
 */
export async function authorizationUrl(
  connection: Connection,
  config: Config,
  login: PendingLogin,
  loginRequest: LoginRequest,
): Promise<string> {
  const { oauth, server, client, auth, options } = connection;
  const params = new URLSearchParams({
    ...config.OIDC_AUTHORIZATION_PARAMS,
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: `${config.PUBLIC_URL}/bff/callback`,
    scope: config.OIDC_SCOPE,
    state: login.state,
    nonce: login.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(login.verifier),
    code_challenge_method: 'S256',
  });
  const { returnTo: _, prompt, ...others } = loginRequest;
  for (const [name, value] of Object.entries(others)) if (value !== undefined) params.set(name, String(value));
  const prompts = promptOf(prompt ?? params.get('prompt') ?? undefined, config);
  if (prompts) params.set('prompt', prompts);
  const { dpopKey } = login;
  if (dpopKey) params.set('dpop_jkt', await thumbprintOf(connection, dpopKey));
  const url = new URL(server.authorization_endpoint!);
  if (config.OIDC_PAR === 'auto' && !server.require_pushed_authorization_requests) return withParams(url, params);
  const response = await oauth.pushedAuthorizationRequest(server, client, auth, params, options());
  const { request_uri: uri } = await oauth.processPushedAuthorizationResponse(
    server,
    client,
    await oauthResponse(response),
  );
  return withParams(url, new URLSearchParams({ client_id: client.client_id, request_uri: uri }));
}

/**
 * Adds `consent` if a refresh token is requested (OpenID Connect Core, section 11): without it, providers silently issue
 * none.
 */
function promptOf(params: string | undefined, { OIDC_SCOPE, OIDC_CONSENT }: Config): string | undefined {
  const isNeeded = OIDC_CONSENT === 'on' && OIDC_SCOPE.split(' ').includes('offline_access');
  if (!isNeeded || params === 'none' || params?.split(' ').includes('consent')) return params;
  return params === undefined ? 'consent' : `${params} consent`;
}

function withParams(url: URL, params: URLSearchParams): string {
  for (const [name, value] of params) url.searchParams.set(name, value);
  return url.href;
}
