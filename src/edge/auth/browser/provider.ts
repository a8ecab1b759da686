import { Config } from '#gateway/config/config';
import { OutsideIssuers } from '#gateway/edge/auth/issuers/outside-issuers';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type * as Oidc from 'openid-client';
import { BrowserSessions, type Renewed } from './browser-sessions.ts';
import { type LoginUnderWay, LoginsUnderWay } from './logins-under-way.ts';

/** Not loaded where nobody logs in at a provider. */
const library = () => import('openid-client');

const RENEWER = 'provider';
const TIMEOUT_SECONDS = 5;
/** What a provider is believed where it does not say for how long, in seconds. */
const BELIEVED_SECONDS = 300;

/**
 * Logs browsers in at the OpenID provider `OIDC_ISSUER` (Authorization Code with PKCE, as a confidential client), and
 * keeps their sessions in step with it. Its tokens stay here: sealed under the cookie, so that who reads where
 * sessions are kept cannot use them.
 */
@Injectable()
export class Provider implements OnModuleInit {
  private discovered: Promise<Oidc.Configuration> | undefined;

  constructor(
    private readonly config: Config,
    private readonly issuers: OutsideIssuers,
    private readonly sessions: BrowserSessions,
    private readonly underWay: LoginsUnderWay,
  ) {}

  onModuleInit(): void {
    this.sessions.renewBy(RENEWER, (_context, _session, secret) => this.renew(secret));
  }

  /** Whether browsers log in at a provider at all. */
  get isConfigured(): boolean {
    return this.config.OIDC_ISSUER !== undefined;
  }

  /** Begins a login. @returns where to send the browser, and the cookie that it comes back with */
  async begin(returnTo: string): Promise<{ location: string; cookie: string }> {
    const [oidc, provider] = await Promise.all([library(), this.provider()]);
    const login: LoginUnderWay = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      returnTo,
    };
    const location = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.redirectUri,
      scope: this.config.OIDC_SCOPE,
      state: login.state,
      nonce: login.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(login.verifier),
      code_challenge_method: 'S256',
    });
    return { location: location.href, cookie: await this.underWay.keep(login) };
  }

  /**
   * Ends a login.
   * @param before the cookie of the session that the browser has: that ends
   * @param search what the provider sent the browser back with
   * @returns the cookie of the session, whose it is, and where to send the browser
   * @throws {GatewayError} UNAUTHENTICATED
   */
  async finish(context: Context, cookie: string | undefined, before: string | undefined, search: string) {
    const login = cookie === undefined ? undefined : await this.underWay.take(cookie);
    if (!login) throw refused('This login has ended, or was begun in another browser: begin again.');
    const [oidc, provider] = await Promise.all([library(), this.provider()]);
    const tokens = await oidc
      .authorizationCodeGrant(provider, new URL(`${this.redirectUri}${search}`), {
        pkceCodeVerifier: login.verifier,
        expectedState: login.state,
        expectedNonce: login.nonce,
        idTokenExpected: true,
      })
      .catch((cause: unknown) => {
        throw refused('The login was not completed: begin again.', cause);
      });
    const claims = tokens.claims()! as Record<string, unknown>;
    const caller = this.issuers.callerIn(claims);
    if (!caller?.id) throw refused('This account has no access here.');
    const of = {
      userId: caller.id,
      provider: this.config.OIDC_ISSUER!,
      providerUserId: String(claims['sub']),
      ...(typeof claims['sid'] === 'string' ? { providerSessionId: claims['sid'] } : {}),
    };
    const session = await this.sessions.open(context, before, of, RENEWER, renewedBy(caller.scopes, tokens));
    return { session, userId: caller.id, returnTo: login.returnTo };
  }

  private async renew(refreshToken: string | undefined): Promise<Renewed | undefined> {
    if (refreshToken === undefined) return undefined;
    const [oidc, provider] = await Promise.all([library(), this.provider()]);
    try {
      const tokens = await oidc.refreshTokenGrant(provider, refreshToken);
      const claims = tokens.claims();
      const caller = claims && this.issuers.callerIn(claims as Record<string, unknown>);
      return caller && renewedBy(caller.scopes, tokens);
    } catch (error) {
      // It says that the grant is over; all else may have passed a moment later.
      if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return undefined;
      throw error;
    }
  }

  private get redirectUri(): string {
    return `${this.config.PUBLIC_URL}/bff/callback`;
  }

  private async provider(): Promise<Oidc.Configuration> {
    const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = this.config;
    if (!OIDC_ISSUER) throw new GatewayError('NOT_FOUND', { detail: 'No outside provider is configured.' });
    this.discovered ??= discovered(OIDC_ISSUER, OIDC_CLIENT_ID!, OIDC_CLIENT_SECRET!);
    try {
      return await this.discovered;
    } catch (cause) {
      this.discovered = undefined;
      throw new GatewayError('UPSTREAM_UNAVAILABLE', {
        detail: 'The provider cannot be reached: try again.',
        cause,
      });
    }
  }
}

async function discovered(issuer: string, clientId: string, secret: string): Promise<Oidc.Configuration> {
  const oidc = await library();
  const isLocal = issuer.startsWith('http:');
  return oidc.discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretBasic(secret), {
    timeout: TIMEOUT_SECONDS,
    execute: [oidc.enableNonRepudiationChecks, ...(isLocal ? [oidc.allowInsecureRequests] : [])],
  });
}

function renewedBy(scopes: readonly string[], tokens: Oidc.TokenEndpointResponse): Renewed {
  const forMs = (tokens.expires_in ?? BELIEVED_SECONDS) * 1000;
  return { scopes: [...scopes], forMs, ...(tokens.refresh_token ? { secret: tokens.refresh_token } : {}) };
}

function refused(detail: string, cause?: unknown): GatewayError {
  return new GatewayError('UNAUTHENTICATED', { detail, cause, headers: { 'www-authenticate': 'Bearer' } });
}
