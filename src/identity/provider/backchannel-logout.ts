import { Config } from '#gateway/config/config';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { compactIn } from '#gateway/identity/jwt/compact';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { UncheckedToken } from './id-tokens.ts';
import { ProviderClient } from './provider-client.ts';
import { UsedTokens } from './used-tokens.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A token that is older is none, in seconds. */
const OLDEST_SECONDS = 300;
const RETRY_SECONDS = 1;

/** Ends the sessions that the provider says are over (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class BackchannelLogout {
  constructor(
    private readonly config: Config,
    private readonly client: ProviderClient,
    private readonly sessions: Sessions,
    private readonly used: UsedTokens,
  ) {}

  /**
   * @param token what the provider posts; it is used up once the sessions have ended
   * @throws {GatewayError} BAD_REQUEST for what is no logout token, OVERLOADED or UPSTREAM_UNAVAILABLE where it should be sent again
   */
  async run(context: Context, token: string): Promise<void> {
    const { OIDC_ISSUER: provider } = this.config;
    const compact = compactIn(token);
    // Nothing is asked for what does not even say that it is from there.
    if (!compact || provider === undefined || compact.payload['iss'] !== provider) throw notOne();
    const claims = await this.claimsOf(token);
    if (!isLogout(claims)) throw notOne();
    const { sub, sid, jti } = claims;
    if (await this.used.has(String(jti))) throw notOne();
    await this.sessions.endOfProvider(context, {
      provider,
      ...(sub === undefined ? {} : { userId: sub as string }),
      ...(typeof sid === 'string' ? { sessionId: sid } : {}),
    });
    await this.used.add(String(jti), 2 * OLDEST_SECONDS * 1000);
  }

  private async claimsOf(token: string): Promise<Record<string, unknown>> {
    const { idTokens } = await this.client.connect().catch((cause: unknown) => {
      throw again(cause);
    });
    try {
      return await idTokens.logoutClaimsOf(token);
    } catch (cause) {
      // An id that none of the keys has, which have just been asked for, is the sender's mistake.
      const isUnknownKey = codeOf(cause) === 'ERR_JWKS_NO_MATCHING_KEY';
      throw cause instanceof UncheckedToken && !isUnknownKey ? again(cause) : notOne();
    }
  }
}

/** Section 2.6 of the specification: what makes a logout token one, and no ID token. */
function isLogout({ events, nonce, sub, sid, iat, jti }: Record<string, unknown>): boolean {
  const isEvent = typeof events === 'object' && events !== null && EVENT in events;
  const isFresh = typeof iat === 'number' && Date.now() / 1000 - iat < OLDEST_SECONDS;
  const names = [sub, sid].filter((name) => name !== undefined);
  const areWords = names.length > 0 && names.every((name) => typeof name === 'string');
  return isEvent && nonce === undefined && isFresh && typeof jti === 'string' && areWords;
}

const codeOf = (error: unknown): unknown => ((error as Error).cause as { code?: unknown } | undefined)?.code;

const notOne = () => new GatewayError('BAD_REQUEST', { detail: 'This is no logout token of our provider.' });

const again = (cause: unknown) =>
  new GatewayError('OVERLOADED', {
    source: 'provider',
    detail: 'The token cannot be checked right now: send it again.',
    headers: { 'retry-after': `${RETRY_SECONDS}` },
    cause,
  });
