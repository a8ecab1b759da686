import { atMost } from '#libs/cache';
import { Config } from '#gateway/config/config';
import { OutsideIssuers } from '#gateway/edge/auth/issuers/outside-issuers';
import { Sessions } from '#gateway/edge/auth/sessions/sessions';
import { compactIn } from '#gateway/edge/auth/tokens/compact';
import { hashOf } from '#gateway/edge/auth/tokens/verified';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A token that is older is none, in seconds. */
const OLDEST_SECONDS = 300;

/** Ends the sessions that the provider says are over (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class BackchannelLogout {
  private readonly used = new LRUCache<string, true>({ ...atMost(10_000), ttl: 2 * OLDEST_SECONDS * 1000 });

  constructor(
    private readonly config: Config,
    private readonly issuers: OutsideIssuers,
    private readonly sessions: Sessions,
  ) {}

  /** @param token what the provider posts @throws {GatewayError} BAD_REQUEST for what is no logout token */
  async run(context: Context, token: string): Promise<void> {
    const { OIDC_ISSUER, OIDC_CLIENT_ID } = this.config;
    const compact = compactIn(token);
    const isOurs = compact && OIDC_ISSUER !== undefined && compact.payload['iss'] === OIDC_ISSUER;
    const claims = isOurs ? await this.issuers.claimsOf(token, compact, OIDC_CLIENT_ID!) : undefined;
    if (!claims || !isLogout(claims)) throw notOne();
    const { sub, sid, iss, jti } = claims;
    const once = hashOf(`${String(iss)} ${String(jti)}`);
    if (this.used.has(once)) throw notOne();
    this.used.set(once, true);
    const name = typeof sid === 'string' ? `sid ${sid}` : `sub ${String(sub)}`;
    await this.sessions.endOfProvider(context, `${OIDC_ISSUER} ${name}`);
  }
}

/** Section 2.6 of the specification: what makes a logout token one, and no ID token. */
function isLogout({ events, nonce, sub, sid, iat, jti }: Record<string, unknown>): boolean {
  const isEvent = typeof events === 'object' && events !== null && EVENT in events;
  const isFresh = typeof iat === 'number' && Date.now() / 1000 - iat < OLDEST_SECONDS;
  const names = [sub, sid].filter((name) => name !== undefined);
  return isEvent && nonce === undefined && isFresh && typeof jti === 'string' && names.length > 0;
}

const notOne = () => new GatewayError('BAD_REQUEST', { detail: 'This is no logout token of our provider.' });
