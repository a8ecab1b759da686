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
}

const MAX_ENTRIES = 10_000;
/** The value for a claimed login without a session (yet). */
const NO_SESSION = '-';

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
      const isFirst = !this.claims.has(key);
      if (login && isFirst) this.claims.set(key, NO_SESSION);
      return login && { login, isFirst };
    }
    return orOverloaded(async () => {
      const found = await redis.get(key);
      if (found === null) return undefined;
      const isFirst = (await redis.set(claimOf(cookie), NO_SESSION, 'PX', LOGIN_MS, 'NX')) === 'OK';
      return { login: JSON.parse(found) as PendingLogin, isFirst };
    });
  }

  /** Records the session of a login. @throws {GatewayError} OVERLOADED */
  async finish(cookie: string, sessionId: string): Promise<void> {
    const key = keyOf(cookie);
    const { redis } = this;
    if (redis) await orOverloaded(() => redis.set(claimOf(cookie), sessionId, 'PX', LOGIN_MS));
    else this.claims.set(key, sessionId);
  }

  /** The sessions of the logins with these cookies. @throws {GatewayError} OVERLOADED */
  async sessionsOf(cookies: readonly string[]): Promise<string[]> {
    const { redis } = this;
    const found = redis
      ? await orOverloaded(() => Promise.all(cookies.map((cookie) => redis.get(claimOf(cookie)))))
      : cookies.map((cookie) => this.claims.get(keyOf(cookie)));
    return found.filter((id): id is string => typeof id === 'string' && id !== NO_SESSION);
  }
}

const keyOf = (cookie: string): string => redisKeys.login(hashOf(cookie));
const claimOf = (cookie: string): string => redisKeys.loginClaim(hashOf(cookie));
