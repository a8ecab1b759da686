import { redisKeys } from '#gateway/config/redis-keys';
import { boundedLru } from '#libs/cache';
import { randomBytes } from 'node:crypto';
import { sealed, unsealed } from '#gateway/identity/sessions/secrets';
import type { DpopKey } from './dpop-proofs.ts';
import { orOverloaded } from '#gateway/identity/sessions/or-overloaded';
import { LOGIN_MS } from '#gateway/identity/browser/cookies';
import { hashOf } from '#gateway/identity/jwt/verified';
import { claimKey, Redis } from '#libs/redis';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** The stored state of a login while the browser is at the provider. */
export interface PendingLogin {
  state: string;
  nonce: string;
  /** The PKCE code verifier (RFC 7636). */
  verifier: string;
  /** Where the browser goes after the login. */
  returnTo: string;
  /** The maximum age of the authentication at the provider, in seconds. */
  maxAge?: number;
  /** The key that the provider's tokens are to be bound to (RFC 9449). */
  dpopKey?: DpopKey;
  /** The browser's session when the login began. */
  sessionBefore?: string;
}

/** A login from which a browser has returned. */
export interface Claimed {
  login: PendingLogin;
  /** Whether it returns for the first time. */
  isFirst: boolean;
  /** Why an earlier return gave it no session: an error code for the page. */
  failure?: string | undefined;
}

const MAX_ENTRIES = 10_000;
/** How the value for a claimed login without a session begins; an error code follows. No session id begins so. */
const NO_SESSION = '!';
/** How the value for a login begins that is under way; a random value follows. No error code begins so. */
const UNDER_WAY = `${NO_SESSION}!`;
/** The failure of a login whose outcome is not known: it is under way in another tab, or could not be recorded. */
const UNKNOWN = 'temporarily_unavailable';

/** Pending logins at the provider, each under its own cookie, for ten minutes: in Redis if configured. */
@Injectable()
export class PendingLogins {
  private readonly logins = new LRUCache<string, PendingLogin>({ ...boundedLru(MAX_ENTRIES), ttl: LOGIN_MS });
  private readonly claims = new LRUCache<string, string>({ ...boundedLru(MAX_ENTRIES), ttl: LOGIN_MS });

  constructor(@Inject(Redis) private readonly redis: Redis | null) {}

  /** Stores a login. @returns the value of its cookie @throws {GatewayError} OVERLOADED */
  async keep(login: PendingLogin): Promise<string> {
    const cookie = randomBytes(32).toString('base64url');
    const key = keyOf(cookie);
    const { redis } = this;
    if (redis) await orOverloaded(() => redis.set(key, stored(login, cookie), 'PX', LOGIN_MS));
    else this.logins.set(key, login);
    return cookie;
  }

  /** The login of a cookie. Of concurrent claims, only one is the first. @throws {GatewayError} OVERLOADED */
  async claim(cookie: string): Promise<Claimed | undefined> {
    const key = keyOf(cookie);
    const { redis } = this;
    if (!redis) {
      const login = this.logins.get(key);
      const before = this.claims.get(key);
      if (login && before === undefined) this.claims.set(key, UNDER_WAY);
      return login && { login, ...claimAfter(before) };
    }
    return orOverloaded(async () => {
      const found = await redis.get(key);
      if (found === null) return undefined;
      const mark = UNDER_WAY + randomBytes(16).toString('base64url');
      const before = await claimKey(redis, claimOf(cookie), mark, LOGIN_MS);
      return { login: loginIn(found, cookie), ...claimAfter(before) };
    });
  }

  /** Records the session of a login. @throws {GatewayError} OVERLOADED */
  finish(cookie: string, sessionId: string): Promise<void> {
    return this.record(cookie, sessionId);
  }

  /** Records why a login has no session. @throws {GatewayError} OVERLOADED */
  fail(cookie: string, error: string): Promise<void> {
    return this.record(cookie, NO_SESSION + error);
  }

  /** The sessions of the logins with these cookies. @throws {GatewayError} OVERLOADED */
  async sessionsOf(cookies: readonly string[]): Promise<string[]> {
    const { redis } = this;
    const found = redis
      ? await orOverloaded(() => Promise.all(cookies.map((cookie) => redis.get(claimOf(cookie)))))
      : cookies.map((cookie) => this.claims.get(keyOf(cookie)));
    return found.filter((id): id is string => typeof id === 'string' && !id.startsWith(NO_SESSION));
  }

  private async record(cookie: string, outcome: string): Promise<void> {
    const { redis } = this;
    if (redis) await orOverloaded(() => redis.set(claimOf(cookie), outcome, 'PX', LOGIN_MS));
    else this.claims.set(keyOf(cookie), outcome);
  }
}

/** @param before the value of an earlier claim */
function claimAfter(before: string | undefined): Pick<Claimed, 'isFirst' | 'failure'> {
  if (before === undefined) return { isFirst: true };
  if (!before.startsWith(NO_SESSION)) return { isFirst: false };
  // A release before this one marks a login under way by the prefix alone.
  const failure = before.startsWith(UNDER_WAY) ? '' : before.slice(NO_SESSION.length);
  return { isFirst: false, failure: failure || UNKNOWN };
}

/** The use of the encryption key that is derived from the cookie. */
const USE = 'key of a login';

/** A login as Redis has it: the key of its tokens is encrypted with the cookie, since it lasts as long as the session. */
function stored({ dpopKey, ...login }: PendingLogin, cookie: string): string {
  return JSON.stringify({
    ...login,
    ...(dpopKey ? { sealedKey: sealed(JSON.stringify(dpopKey), cookie, USE) } : {}),
  });
}

function loginIn(found: string, cookie: string): PendingLogin {
  const { sealedKey, ...login } = JSON.parse(found) as PendingLogin & { sealedKey?: string };
  return sealedKey === undefined
    ? login
    : { ...login, dpopKey: JSON.parse(unsealed(sealedKey, cookie, USE)) as DpopKey };
}

const keyOf = (cookie: string): string => redisKeys.login(hashOf(cookie));
const claimOf = (cookie: string): string => redisKeys.loginClaim(hashOf(cookie));
