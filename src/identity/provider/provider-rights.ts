import { Config } from '#gateway/config/config';
import type { ScopeSource } from '#gateway/config/oidc';
import { Injectable } from '@nestjs/common';
import type { TokenEndpointResponse } from 'oauth4webapi';
import { type DpopKey, withProof } from './dpop-proofs.ts';
import { withoutNullsInJwt } from './null-claims.ts';
import type { Connection } from './provider-client.ts';
import { type Rights, rightsIn } from './rights.ts';

/** How long scopes are valid if the provider's response has no `expires_in`, in seconds. */
const BELIEVED_SECONDS = 300;

/** The checked content of a token response. */
export interface Answered {
  tokens: TokenEndpointResponse;
  /** The claims of the ID token, if there is one. */
  claims: Record<string, unknown> | undefined;
  /** The user's id at the provider. */
  sub: string;
  /** The key that the access token is bound to. */
  dpopKey: DpopKey | undefined;
}

/** Maps the provider's responses to users' scopes, by `OIDC_SCOPES_FROM` and `ISSUERS_FILE`. */
@Injectable()
export class ProviderRights {
  constructor(private config: Config) {}

  /** Maps by changed settings from now on. */
  apply(config: Config): void {
    this.config = config;
  }

  /** The scopes after a login. @throws the errors of the UserInfo request */
  ofLogin(connection: Connection, answered: Answered): Promise<Rights | undefined> {
    const { OIDC_SCOPE, OIDC_SCOPES_FROM } = this.config;
    return this.read(connection, answered, OIDC_SCOPES_FROM, answered.tokens.scope ?? OIDC_SCOPE);
  }

  /**
   * The scopes after a renewal. A source of lower precedence than the one that decided before does not replace it: a
   * missing claim in one response revokes nothing.
   * @returns undefined if the response has no scopes; then the old ones stay
   */
  ofRenewal(
    connection: Connection,
    answered: Answered,
    before: ScopeSource | undefined,
  ): Promise<Rights | undefined> {
    const all = this.config.OIDC_SCOPES_FROM;
    const sources = before && all.includes(before) ? all.slice(0, all.indexOf(before) + 1) : all;
    return this.read(connection, answered, sources, answered.tokens.scope);
  }

  /**
   * How long they are valid, in milliseconds: as long as the access token, or for `OIDC_SESSION_MS` if the session cannot
   * be renewed.
   */
  lifetimeOf({ expires_in: seconds }: TokenEndpointResponse, canRenew: boolean): number {
    return canRenew ? (seconds ?? BELIEVED_SECONDS) * 1000 : this.config.OIDC_SESSION_MS;
  }

  private read(
    connection: Connection,
    { tokens, claims, sub, dpopKey }: Answered,
    sources: readonly ScopeSource[],
    scope: string | undefined,
  ): Promise<Rights | undefined> {
    const { OIDC_ISSUER, ISSUERS_FILE } = this.config;
    const settings = ISSUERS_FILE.find(({ issuer }) => issuer === OIDC_ISSUER)!;
    const accessToken = tokens.access_token;
    const askUser = () => userInfo(connection, accessToken, sub, dpopKey);
    const claimSources = { idToken: claims, accessToken, scope, userInfo: askUser };
    return rightsIn(claimSources, sources, settings);
  }
}

function userInfo(connection: Connection, accessToken: string, sub: string, key: DpopKey | undefined) {
  const { oauth, server, client, options } = connection;
  return withProof(connection, key, async (proof) => {
    const response = await oauth.userInfoRequest(server, client, accessToken, { ...options(), ...proof });
    return oauth.processUserInfoResponse(server, client, sub, await withoutNullsInJwt(response));
  });
}
