import { redisKeys } from '#gateway/config/redis-keys';
import { boundedLru } from '#libs/cache';
import { randomBytes } from 'node:crypto';
import { orOverloaded } from '#gateway/identity/sessions/or-overloaded';
import { LOGIN_MS } from '#gateway/identity/browser/cookies';
import { hashOf } from '#gateway/identity/jwt/verified';
import { Redis } from '#libs/redis';
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
/** The value for a claimed login without a session (yet), with an error code if it failed. No session id begins so. */
const NO_SESSION = '!';
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
    if (redis) await orOverloaded(() => redis.set(key, JSON.stringify(login), 'PX', LOGIN_MS));
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
      if (login && before === undefined) this.claims.set(key, NO_SESSION);
      return login && { login, ...claimAfter(before) };
    }
    return orOverloaded(async () => {
      const found = await redis.get(key);
      if (found === null) return undefined;
      const before = await redis.set(claimOf(cookie), NO_SESSION, 'PX', LOGIN_MS, 'NX', 'GET');
      return { login: JSON.parse(found) as PendingLogin, ...claimAfter(before ?? undefined) };
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
  return { isFirst: false, failure: before.slice(NO_SESSION.length) || UNKNOWN };
}

const keyOf = (cookie: string): string => redisKeys.login(hashOf(cookie));
const claimOf = (cookie: string): string => redisKeys.loginClaim(hashOf(cookie));
