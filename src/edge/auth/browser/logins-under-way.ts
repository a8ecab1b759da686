import { atMost } from '#libs/cache';
import { randomBytes } from 'node:crypto';
import { told } from '#gateway/edge/auth/sessions/told';
import { hashOf } from '#gateway/edge/auth/tokens/verified';
import { Redis } from '#libs/redis';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { LOGIN_COOKIE } from './cookies.ts';

/** What is remembered of a login while the browser is at the provider. */
export interface LoginUnderWay {
  state: string;
  nonce: string;
  /** Of PKCE (RFC 7636). */
  verifier: string;
  /** Where the browser wants to be afterwards: a path here. */
  returnTo: string;
}

const TTL_MS = LOGIN_COOKIE.maxAge! * 1000;
const MOST = 10_000;

/** Logins at a provider that are under way, for ten minutes, each good once: in Redis where there is one. */
@Injectable()
export class LoginsUnderWay {
  private readonly memory = new LRUCache<string, LoginUnderWay>({ ...atMost(MOST), ttl: TTL_MS });

  constructor(@Inject(Redis) private readonly redis: Redis | null) {}

  /** @returns the value of the cookie that it can be taken with @throws {GatewayError} OVERLOADED */
  async keep(login: LoginUnderWay): Promise<string> {
    const cookie = randomBytes(32).toString('base64url');
    const key = keyOf(cookie);
    const { redis } = this;
    if (redis) await told(() => redis.set(key, JSON.stringify(login), 'PX', TTL_MS));
    else this.memory.set(key, login);
    return cookie;
  }

  /** The login of a cookie, once. */
  async take(cookie: string): Promise<LoginUnderWay | undefined> {
    const key = keyOf(cookie);
    const { redis } = this;
    if (redis) {
      const found = await told(() => redis.getdel(key));
      return found === null ? undefined : (JSON.parse(found) as LoginUnderWay);
    }
    const found = this.memory.get(key);
    this.memory.delete(key);
    return found;
  }
}

const keyOf = (cookie: string): string => `atrium:login:${hashOf(cookie)}`;
