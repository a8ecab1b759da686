import { Config } from '#gateway/config/config';
import type { ScopeSource } from '#gateway/config/oidc';
import { Injectable } from '@nestjs/common';
import type { TokenEndpointResponse } from 'oauth4webapi';
import { type DpopKey, withProof } from './dpop-proofs.ts';
import type { Connection } from './provider-client.ts';
import { type Rights, rightsIn } from './rights.ts';

/** What a provider is believed where it does not say for how long, in seconds. */
const BELIEVED_SECONDS = 300;

/** What an answer of the token endpoint says. */
export interface Answered {
  tokens: TokenEndpointResponse;
  /** Of the ID token, where there is one. */
  claims: Record<string, unknown> | undefined;
  /** Of the user. */
  sub: string;
  /** What the access token is bound to. */
  dpopKey: DpopKey | undefined;
}

/** Reads what users may do from what the provider answers, after `OIDC_SCOPES_FROM` and `ISSUERS_FILE`. */
@Injectable()
export class ProviderRights {
  constructor(private readonly config: Config) {}

  /** What a login gives. @throws what asking the UserInfo endpoint throws */
  ofLogin(connection: Connection, answered: Answered): Promise<Rights | undefined> {
    const { OIDC_SCOPE, OIDC_SCOPES_FROM } = this.config;
    return this.read(connection, answered, OIDC_SCOPES_FROM, answered.tokens.scope ?? OIDC_SCOPE);
  }

  /**
   * What a renewal gives. A source that stands behind the one that decided before does not take its place: that it says nothing this
   * time takes nothing back.
   * @returns undefined where it says nothing of rights: they are what they were
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

  /** For how long they are true, in milliseconds: as the access token, or without a way to ask again as long as `OIDC_SESSION_MS`. */
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
    const said = { idToken: claims, accessToken, scope, userInfo: askUser };
    return rightsIn(said, sources, settings);
  }
}

function userInfo(connection: Connection, accessToken: string, sub: string, key: DpopKey | undefined) {
  const { oauth, server, client, options } = connection;
  return withProof(connection, key, async (proof) => {
    const response = await oauth.userInfoRequest(server, client, accessToken, { ...options(), ...proof });
    return oauth.processUserInfoResponse(server, client, sub, response);
  });
}
