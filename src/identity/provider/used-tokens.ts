import { redisKeys } from '#gateway/config/redis-keys';
import { boundedLru } from '#libs/cache';
import { orOverloaded } from '#gateway/identity/sessions/or-overloaded';
import { hashOf } from '#gateway/identity/jwt/verified';
import { Redis } from '#libs/redis';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const MAX_ENTRIES = 10_000;

/** Records single-use tokens by `jti`, for all gateways if Redis is configured. */
@Injectable()
export class UsedTokens {
  private readonly here = new LRUCache<string, true>({ ...boundedLru(MAX_ENTRIES), ttl: 600_000 });

  constructor(@Inject(Redis) private readonly redis: Redis | null) {}

  /** Whether a token has been used. @throws {GatewayError} OVERLOADED */
  async has(jti: string): Promise<boolean> {
    const key = keyOf(jti);
    const { redis } = this;
    if (this.here.has(key)) return true;
    return redis !== null && (await orOverloaded(() => redis.exists(key))) === 1;
  }

  /** Records the use of a token; while Redis is down, in this process only. */
  async add(jti: string, forMs: number): Promise<void> {
    const key = keyOf(jti);
    this.here.set(key, true, { ttl: forMs });
    await this.redis?.set(key, '1', 'PX', forMs).catch(() => {});
  }
}

const keyOf = (jti: string): string => redisKeys.logoutToken(hashOf(jti));
