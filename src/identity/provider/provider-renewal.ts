import { Config } from '#gateway/config/config';
import { OutsideIssuers } from '#gateway/identity/issuers/outside-issuers';
import { oauthResponse } from '#gateway/identity/issuers/oauth-response';
import { BrowserSessions } from '#gateway/identity/browser/browser-sessions';
import { RenewedElsewhere, type Renewal, type Renewed } from '#gateway/identity/browser/renewals';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { checkIsBound, newDpopKey, withProof } from './dpop-proofs.ts';
import { checkedTokens } from './null-claims.ts';
import { type Connection, ProviderClient } from './provider-client.ts';
import { ProviderRights } from './provider-rights.ts';
import { LoginReports } from './login-reports.ts';
import { Refusal } from './refusal.ts';
import { type ProviderTokens, sealedTokens, tokensIn } from './sealed-tokens.ts';

/** The renewer name of sessions from the provider. */
export const RENEWER = 'provider';

/**
 * The timeout of a renewal request, in milliseconds. It is long, because a lost response loses the refresh token in it, and
 * no request waits for it.
 */
const TIMEOUT_MS = 60_000;

/** Renews the scopes of a session by its refresh token at the provider (OpenID Connect Core, section 12). */
@Injectable()
export class ProviderRenewal implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly client: ProviderClient,
    private readonly rights: ProviderRights,
    private readonly issuers: OutsideIssuers,
    private readonly sessions: BrowserSessions,
    private readonly reports: LoginReports,
  ) {}

  onModuleInit(): void {
    this.sessions.renewBy(RENEWER, (renewal) => this.renew(renewal));
  }

  private async renew(renewal: Renewal): Promise<Renewed | undefined> {
    const tokens = tokensIn(renewal.secret);
    // Without a refresh token, a session ends after its documented lifetime.
    if (tokens.refreshToken === undefined) return undefined;
    const { session, sessionId } = renewal;
    try {
      // Its tokens are for no other provider.
      if (session.provider !== this.config.OIDC_ISSUER) throw new Refusal('the session is of another provider');
      const renewed = await this.request(renewal, tokens);
      this.reports.renewed();
      return renewed;
    } catch (error) {
      if (error instanceof RenewedElsewhere) throw error;
      const isOver = isGrantGone(error);
      this.reports.renewalFailed(renewal.context, { ...session, kind: 'browser', sessionId }, error, isOver);
      if (isOver) return undefined;
      throw error;
    }
  }

  private async request({ session, claim, keep }: Renewal, before: ProviderTokens): Promise<Renewed> {
    const connection = await this.client.connect();
    const { oauth, server, client, auth, options } = connection;
    // Sessions that began before the setting was on have no key.
    const dpopKey = before.dpopKey ?? (this.config.OIDC_DPOP === 'on' ? await newDpopKey() : undefined);
    await claim();
    let { refreshToken } = before;
    const tokens = await withProof(connection, dpopKey, async (proof) => {
      const all = { ...options(TIMEOUT_MS), ...proof };
      const response = await oauthResponse(
        await oauth.refreshTokenGrantRequest(server, client, auth, before.refreshToken!, all),
      );
      await checkIsTaken(response);
      const next = await newRefreshToken(response);
      // The provider has revoked the old one: even if a check below fails, the next renewal needs the new one.
      if (next !== undefined)
        await keep(sealedTokens({ ...before, dpopKey, refreshToken: (refreshToken = next) }));
      return checkedTokens(response, (copy) => oauth.processRefreshTokenResponse(server, client, copy));
    });
    checkIsBound(tokens, dpopKey);
    const { id_token: idToken = before.idToken } = tokens;
    const claims = await this.claimsOf(connection, tokens.id_token, session);
    const sub = session.providerUserId!;
    const known = await this.rights.ofRenewal(connection, { tokens, claims, sub, dpopKey }, before.source);
    const source = known?.source ?? before.source;
    return {
      ...(known ? { scopes: known.scopes } : {}),
      forMs: this.rights.lifetimeOf(tokens, true),
      secret: sealedTokens({ refreshToken, idToken, source, dpopKey }),
    };
  }

  /** The claims of a new ID token, which must identify the same user (section 12.2); undefined without one. */
  private async claimsOf(
    { idTokens }: Connection,
    token: string | undefined,
    { userId, providerUserId }: Renewal['session'],
  ): Promise<Record<string, unknown> | undefined> {
    if (token === undefined) return undefined;
    const claims = await idTokens.idClaimsOf(token);
    if (claims.sub !== providerUserId) throw new Refusal('the ID token is for another user');
    const id = this.issuers.callerIn(claims)?.id;
    if (id !== undefined && id !== userId) throw new Refusal('the ID token has another user id');
    return claims;
  }
}

/** The refresh token for the next renewal, read before the rest of the response is checked. */
async function newRefreshToken(response: Response): Promise<string | undefined> {
  if (response.status !== 200) return undefined;
  const { refresh_token: token } = (await membersOf(response)) ?? {};
  return typeof token === 'string' && token ? token : undefined;
}

/** What providers call a refresh token that they refuse. */
const REFUSALS: readonly unknown[] = ['invalid_grant', 'invalid_request', 'invalid_token'];

/**
 * Some providers refuse a refresh token by another error than `invalid_grant`, by none, or with status 200 or 401. The request is
 * always of the same form, so the token is what is wrong with it. A page is of a proxy before the provider, and not about the token.
 * @throws {Refusal}
 */
async function checkIsTaken(response: Response): Promise<void> {
  if (![200, 400, 401].includes(response.status)) return;
  const members = await membersOf(response);
  if (!members || typeof members['access_token'] === 'string') return;
  const { error = response.status === 400 ? 'invalid_request' : undefined } = members;
  if (!REFUSALS.includes(error)) return;
  await response.body?.cancel();
  throw new Refusal(`the refresh token is refused: ${String(error)}`);
}

/** The members of a JSON response that is read later: none if it is empty; undefined if it is no JSON. */
async function membersOf(response: Response): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse((await response.clone().text()) || '{}') as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Whether the error is about the grant or the user. Any other may be temporary. */
function isGrantGone(thrown: unknown): boolean {
  const { name, error, code } = thrown as { name?: string; error?: unknown; code?: unknown };
  if (name === 'ResponseBodyError') return error === 'invalid_grant';
  return name === 'Refusal' || /^(ERR_JW[TS]_|OAUTH_JWT_CLAIM)/.test(String(code)) || isOfClaims(thrown);
}

/** Whether an ID token lacks a claim, or has one of another type: it is for nobody known. Its times may be those of another clock. */
function isOfClaims(thrown: unknown): boolean {
  const { code, cause } = thrown as { code?: unknown; cause?: unknown };
  if (code !== 'OAUTH_INVALID_RESPONSE') return false;
  return typeof cause === 'object' && cause !== null && 'claims' in cause;
}
