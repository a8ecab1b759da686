import type { IntrospectionSettings, IssuerSettings } from '#gateway/config/issuers-file';
import { bindingOf } from '#gateway/identity/jwt/confirmation';
import { hashOf, type Verified } from '#gateway/identity/jwt/verified';
import { boundedLru } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import type * as OAuth from 'oauth4webapi';
import { callerIn, type Claims, isFor, isMissing } from './claims.ts';
import { clientAuthentication } from './client-authentication.ts';
import { oauthResponse } from './oauth-response.ts';
import { recordedFetch } from './issuer-spans.ts';
import { unchecked } from './unchecked.ts';

const TIMEOUT_MS = 3_000;
/** How long an inactive token is cached, in milliseconds. */
const INACTIVE_MS = 10_000;
const MAX_INACTIVE = 10_000;
/** The most concurrent introspection requests. */
const MAX_IN_FLIGHT = 64;
/** The `Retry-After` of a client whose token could not be introspected, in milliseconds. */
const RETRY_MS = 1_000;

/** Not loaded without introspection. */
const library = () => import('oauth4webapi');

/** Introspects tokens at their issuer (RFC 7662), once for all concurrent requests with the same token. */
export class Introspection {
  private readonly inactive = new LRUCache<string, true>({ ...boundedLru(MAX_INACTIVE), ttl: INACTIVE_MS });
  private readonly inFlight = new Map<string, Promise<Verified | undefined>>();
  private authentication: Promise<OAuth.ClientAuth> | undefined;

  /** @param fetchFrom sends the requests; by default, the global `fetch` */
  constructor(
    private readonly issuer: IssuerSettings,
    private readonly settings: IntrospectionSettings,
    private readonly onFailure: (error: unknown) => void,
    private readonly fetchFrom?: typeof fetch,
  ) {}

  /** Verifies a token; undefined if it is not active, or for another audience. @throws {GatewayError} OVERLOADED */
  async introspect(token: string): Promise<Verified | undefined> {
    const hash = hashOf(token);
    if (this.inactive.has(hash)) return undefined;
    const underWay = this.inFlight.get(hash);
    if (underWay) return underWay;
    if (this.inFlight.size >= MAX_IN_FLIGHT)
      throw unchecked(RETRY_MS, 'too many questions about tokens are under way');
    const answer = this.answer(token).finally(() => this.inFlight.delete(hash));
    this.inFlight.set(hash, answer);
    const verified = await answer;
    if (!verified) this.inactive.set(hash, true);
    return verified;
  }

  private async answer(token: string): Promise<Verified | undefined> {
    try {
      return this.verified(await this.introspected(token));
    } catch (error) {
      // This error is about the token, not the client: some issuers do not introspect JWTs (RFC 7009, section 2.2.1, names
      // it).
      if ((error as Partial<OAuth.ResponseBodyError>).error === 'unsupported_token_type') return undefined;
      this.onFailure(error);
      throw unchecked(RETRY_MS, error);
    }
  }

  private verified(claims: Claims): Verified | undefined {
    const { active, iss, exp } = claims;
    const now = Date.now();
    const expiresAt = typeof exp === 'number' ? exp * 1000 : Infinity;
    if (active !== true || expiresAt <= now) return undefined;
    if (!isMissing(iss) && iss !== this.issuer.issuer) return undefined;
    if (!(isFor(claims, this.issuer) ?? !this.settings.audienceRequired)) return undefined;
    const caller = callerIn(claims, this.issuer);
    const binding = bindingOf(claims);
    if (!caller || !binding) return undefined;
    const checkAt = now + this.settings.cacheSeconds * 1000;
    // A token without an expiry ends its streams and sockets when its cache entry expires.
    const endsAt = expiresAt === Infinity ? checkAt : expiresAt;
    return { caller, expiresAt: endsAt, checkAt, thumbprint: binding.thumbprint };
  }

  private async introspected(token: string): Promise<Claims> {
    const oauth = await library();
    const { url, clientId, clientSecret: secret, clientKeyFile: key, clientAuth } = this.settings;
    const server = { issuer: this.issuer.issuer, introspection_endpoint: url };
    const client = { client_id: clientId };
    const method = clientAuth === 'private_key_jwt' ? undefined : clientAuth;
    this.authentication ??= clientAuthentication(oauth, { secret, key, method });
    const response = await oauth.introspectionRequest(server, client, await this.authentication, token, {
      additionalParameters: { token_type_hint: 'access_token' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      [oauth.customFetch]: recordedFetch(this.fetchFrom ?? fetch),
      [oauth.allowInsecureRequests]: url.startsWith('http:'),
    });
    return oauth.processIntrospectionResponse(server, client, await oauthResponse(response));
  }
}
