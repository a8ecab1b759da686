import { Config } from '#gateway/config/config';
import { isMissing } from '#gateway/identity/issuers/claims';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { compactIn } from '#gateway/identity/jwt/compact';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { UncheckedToken } from './id-tokens.ts';
import { LoginReports } from './login-reports.ts';
import { ProviderClient } from './provider-client.ts';
import { Refusal } from './refusal.ts';
import { UsedTokens } from './used-tokens.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** The maximum age of a logout token, in seconds; also how far the clock of its provider may be ahead. */
const OLDEST_SECONDS = 300;

/** Ends sessions at the request of the provider (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class BackchannelLogout {
  constructor(
    private readonly config: Config,
    private readonly client: ProviderClient,
    private readonly sessions: Sessions,
    private readonly used: UsedTokens,
    private readonly reports: LoginReports,
  ) {}

  /**
   * Verifies a logout token, ends its sessions, and then records the token as used.
   * @param token from the provider's request
   * @throws {GatewayError} BAD_REQUEST for an invalid logout token; OVERLOADED or UPSTREAM_UNAVAILABLE if it should be sent
   * again
   */
  async run(context: Context, token: string): Promise<void> {
    const { OIDC_ISSUER: provider } = this.config;
    const compact = compactIn(token);
    // Checked first, so that no keys are fetched for a token of another issuer.
    if (!compact || provider === undefined || compact.payload['iss'] !== provider)
      throw this.refused(context, new Refusal('it is not of the provider'));
    const claims = await this.claimsOf(context, token);
    if (!isLogout(claims)) throw this.refused(context, new Refusal('its claims are not those of a logout token'));
    const { sub, sid, jti } = claims;
    if (await this.used.has(String(jti))) throw this.refused(context, new Refusal('it was used before'));
    await this.sessions.endOfProvider(context, {
      provider,
      ...(typeof sub === 'string' ? { userId: sub } : {}),
      ...(typeof sid === 'string' ? { sessionId: sid } : {}),
    });
    // No token is fresh for longer, whichever clock is ahead.
    await this.used.add(String(jti), 2 * OLDEST_SECONDS * 1000);
    this.reports.loggedOut();
  }

  private async claimsOf(context: Context, token: string): Promise<Record<string, unknown>> {
    const { idTokens } = await this.client.connect().catch((cause: unknown) => {
      throw this.again(cause);
    });
    try {
      return await idTokens.logoutClaimsOf(token);
    } catch (cause) {
      // The keys have just been fetched, so that an unknown key id is the sender's mistake.
      const isUnknownKey = codeOf(cause) === 'ERR_JWKS_NO_MATCHING_KEY';
      throw cause instanceof UncheckedToken && !isUnknownKey ? this.again(cause) : this.refused(context, cause);
    }
  }

  private refused(context: Context, cause: unknown): GatewayError {
    this.reports.logoutRefused(context, cause);
    return new GatewayError('BAD_REQUEST', { detail: 'This is not a logout token of the provider.', cause });
  }

  private again(cause: unknown): GatewayError {
    this.reports.logoutUnchecked(cause);
    return new GatewayError('OVERLOADED', {
      source: 'provider',
      detail: 'The token cannot be checked right now: send it again.',
      cause,
    });
  }
}

/** Whether the claims are those of a logout token, not of an ID token (section 2.6 of the specification). */
function isLogout({ events, nonce, sub, sid, iat, jti }: Record<string, unknown>): boolean {
  const isEvent = typeof events === 'object' && events !== null && EVENT in events;
  const isFresh = typeof iat === 'number' && Math.abs(Date.now() / 1000 - iat) < OLDEST_SECONDS;
  const names = [sub, sid].filter((name) => !isMissing(name));
  const areWords = names.length > 0 && names.every((name) => typeof name === 'string');
  return isEvent && isMissing(nonce) && isFresh && typeof jti === 'string' && areWords;
}

const codeOf = (error: unknown): unknown => ((error as Error).cause as { code?: unknown } | undefined)?.code;
