import { Config } from '#gateway/config/config';
import { OutsideIssuers } from '#gateway/identity/issuers/outside-issuers';
import { oauthResponse } from '#gateway/identity/issuers/oauth-response';
import { BrowserSessions } from '#gateway/identity/browser/browser-sessions';
import { authenticationIn } from '#gateway/identity/jwt/authentication';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { isDown } from './is-down.ts';
import { authorizationUrl } from './authorization-url.ts';
import { checkIsBound, type DpopKey, newDpopKey, withProof } from './dpop-proofs.ts';
import type { LoginRequest } from './login-query.ts';
import { type Claimed, type PendingLogin, PendingLogins } from './pending-logins.ts';
import { checkedTokens } from './null-claims.ts';
import { type Connection, ProviderClient } from './provider-client.ts';
import { ProviderRights } from './provider-rights.ts';
import { RENEWER } from './provider-renewal.ts';
import { Refusal } from './refusal.ts';
import { sealedTokens } from './sealed-tokens.ts';
import { LoginReports } from './login-reports.ts';

const UNREACHABLE = 'The provider cannot be reached: try again.';
const NOT_COMPLETED = 'The login was not completed: begin again.';

/** The redirect that begins a login at the provider. */
export interface LoginStart {
  /** The authorization URL. */
  location: string;
  /** The `state` that names the cookie of the login, and the cookie's value. */
  state: string;
  cookie: string;
}

/** The parts of the request in which a browser returns from the provider. */
export interface Arrival {
  /** The cookie of this login; undefined without it. */
  login: string | undefined;
  /** The cookies of other logins. */
  others: readonly string[];
  /** The session cookie; browsers omit it after a navigation from another site. */
  session: string | undefined;
  /** The query that the provider sent. */
  search: URLSearchParams;
}

/** The outcome of a login, and where the browser goes next. */
export interface Finished {
  returnTo: string;
  /** The cookie of the new session, if there is one. */
  session?: string;
  /** Why there is none: an error code for the page, and an error for API clients. */
  failure?: { error: string; answer: GatewayError };
}

/**
 * Logs browsers in at the OpenID provider `OIDC_ISSUER` (Authorization Code with PKCE). Its tokens never reach the browser,
 * and are stored encrypted with the cookie, so that the session store alone does not reveal them.
 */
@Injectable()
export class Provider {
  constructor(
    private readonly config: Config,
    private readonly client: ProviderClient,
    private readonly issuers: OutsideIssuers,
    private readonly rights: ProviderRights,
    private readonly browsers: BrowserSessions,
    private readonly sessions: Sessions,
    private readonly pending: PendingLogins,
    private readonly reports: LoginReports,
  ) {}

  /**
   * Begins a login.
   * @param session the browser's session cookie, whose session ends with the login
   * @throws {GatewayError} NOT_FOUND, UPSTREAM_UNAVAILABLE, OVERLOADED
   */
  async begin(context: Context, loginRequest: LoginRequest, session: string | undefined): Promise<LoginStart> {
    try {
      const connection = await this.client.connect();
      const { oauth } = connection;
      const maxAge = loginRequest.max_age ?? this.config.OIDC_AUTHORIZATION_PARAMS['max_age'];
      const before = session === undefined ? undefined : await this.sessions.withToken(session);
      const login: PendingLogin = {
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        verifier: oauth.generateRandomCodeVerifier(),
        returnTo: loginRequest.returnTo,
        ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
        ...(this.config.OIDC_DPOP === 'on' ? { dpopKey: await newDpopKey() } : {}),
        ...(before?.session.kind === 'browser' ? { sessionBefore: before.sessionId } : {}),
      };
      const location = await authorizationUrl(connection, this.config, login, loginRequest);
      return { location, state: login.state, cookie: await this.pending.keep(login) };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw this.unreachable(context, error);
      if (error.code !== 'NOT_FOUND') this.reports.loginFailed(context, error);
      throw error;
    }
  }

  /**
   * Finishes a login. A request without the login's cookie, or a repeated one, changes nothing.
   * @throws {GatewayError} UNAUTHENTICATED if the login is not known, OVERLOADED
   */
  async finish(context: Context, arrival: Arrival): Promise<Finished> {
    const claimed = await this.claim(context, arrival.login);
    const { login, cookie, isFirst, failure } = claimed;
    const { returnTo } = login;
    if (failure !== undefined) return { returnTo, failure: { error: failure, answer: refused(NOT_COMPLETED) } };
    if (!isFirst) return { returnTo };
    try {
      const earlier = await this.pending.sessionsOf(arrival.others);
      const { sessionId, token } = await this.complete(context, login, arrival.search);
      await this.pending.finish(cookie, sessionId);
      await this.endBefore(context, arrival.session, [...earlier, login.sessionBefore], sessionId);
      return { returnTo, session: token };
    } catch (cause) {
      const error = codeOf(cause);
      this.reports.loginFailed(context, cause);
      // Not awaited: without it, a repeated visit is told that the outcome is not known.
      this.pending.fail(cookie, error).catch(() => {});
      return { returnTo, failure: { error, answer: answerOf(cause) } };
    }
  }

  private async claim(context: Context, cookie: string | undefined): Promise<Claimed & { cookie: string }> {
    try {
      const claimed = cookie === undefined ? undefined : await this.pending.claim(cookie);
      if (claimed) return { ...claimed, cookie: cookie! };
    } catch (error) {
      this.reports.loginFailed(context, error);
      throw error;
    }
    this.reports.loginUnknown(context);
    throw refused('This login has ended, or was begun in another browser: begin again.');
  }

  private async complete(context: Context, login: PendingLogin, search: URLSearchParams) {
    const connection = await this.client.connect();
    const { dpopKey } = login;
    const tokens = await tokensFor(connection, this.config, login, search, dpopKey);
    const claims = await connection.idTokens.idClaimsOf(tokens.id_token!);
    const userId = this.issuers.callerIn(claims)?.id;
    if (!userId) throw refused('This account has no access here.', new Refusal('the ID token has no user id'));
    const known = await this.rights.ofLogin(connection, { tokens, claims, sub: claims.sub!, dpopKey });
    const { refresh_token: refreshToken, id_token: idToken } = tokens;
    const forMs = this.rights.lifetimeOf(tokens, refreshToken !== undefined);
    const of = {
      userId,
      provider: this.config.OIDC_ISSUER!,
      providerUserId: claims.sub!,
      ...(typeof claims['sid'] === 'string' ? { providerSessionId: claims['sid'] } : {}),
      ...authenticationIn(claims),
      // Without a refresh token no renewal gives it more time.
      ...(refreshToken === undefined ? { endsAt: Date.now() + forMs } : {}),
    };
    const renewed = {
      scopes: known?.scopes ?? [],
      forMs,
      secret: sealedTokens({ refreshToken, idToken, source: known?.source, dpopKey }),
    };
    const opened = await this.browsers.open(context, of, RENEWER, renewed);
    this.reports.loggedIn(context, userId, opened.sessionId, renewed.scopes);
    return opened;
  }

  /** Ends the browser's earlier sessions, whose cookies it loses. */
  private async endBefore(
    context: Context,
    cookie: string | undefined,
    ids: readonly (string | undefined)[],
    now: string,
  ): Promise<void> {
    if (cookie !== undefined) await this.sessions.endWithToken(context, cookie, 'browser');
    for (const id of new Set(ids))
      if (id !== undefined && id !== now) await this.sessions.end(context, id, 'logout');
  }

  private unreachable(context: Context, cause: unknown): GatewayError {
    this.reports.loginFailed(context, cause);
    return new GatewayError('UPSTREAM_UNAVAILABLE', { detail: UNREACHABLE, cause });
  }
}

/** Exchanges the code for tokens, after checking the response's `state`, `iss` (RFC 9207) and `error`. */
async function tokensFor(
  connection: Connection,
  { PUBLIC_URL }: Config,
  { state, nonce, verifier, maxAge }: PendingLogin,
  search: URLSearchParams,
  dpopKey: DpopKey | undefined,
) {
  const { oauth, server, client, auth, options } = connection;
  const params = oauth.validateAuthResponse(server, client, search, state);
  const back = `${PUBLIC_URL}/bff/callback`;
  const tokens = await withProof(connection, dpopKey, async (proof) => {
    const all = { ...options(), ...proof };
    const response = await oauth.authorizationCodeGrantRequest(server, client, auth, params, back, verifier, all);
    const checks = { expectedNonce: nonce, requireIdToken: true, ...(maxAge === undefined ? {} : { maxAge }) };
    return checkedTokens(await oauthResponse(response), (copy) =>
      oauth.processAuthorizationCodeResponse(server, client, copy, checks),
    );
  });
  checkIsBound(tokens, dpopKey);
  return tokens;
}

/** The error codes that a page receives: those of OpenID Connect Core, section 3.1.2.6, and the gateway's own. */
const PUBLISHED_CODES = new Set([
  'access_denied',
  'account_selection_required',
  'consent_required',
  'interaction_required',
  'login_required',
  'temporarily_unavailable',
]);

function codeOf(error: unknown): string {
  const { name, error: code } = error as Error & { error?: unknown };
  if (name === 'AuthorizationResponseError' && typeof code === 'string' && PUBLISHED_CODES.has(code)) return code;
  if (error instanceof GatewayError && error.code === 'UNAUTHENTICATED') return 'no_access';
  return isDown(error) ? 'temporarily_unavailable' : 'login_failed';
}

/** The error that an API client receives. */
function answerOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (!isDown(error)) return refused(NOT_COMPLETED, error);
  return new GatewayError('UPSTREAM_UNAVAILABLE', { detail: UNREACHABLE, cause: error });
}

function refused(detail: string, cause?: unknown): GatewayError {
  return new GatewayError('UNAUTHENTICATED', { detail, cause, headers: { 'www-authenticate': 'Bearer' } });
}
