import { redisKeys } from '#gateway/config/redis-keys';
import { atMost } from '#libs/cache';
import { told } from '#gateway/identity/sessions/told';
import { hashOf } from '#gateway/identity/jwt/verified';
import { Redis } from '#libs/redis';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const MOST = 10_000;

/** Tokens that work once, by their `jti`, at every gateway where there is Redis. */
@Injectable()
export class UsedTokens {
  private readonly here = new LRUCache<string, true>({ ...atMost(MOST), ttl: 600_000 });

  constructor(@Inject(Redis) private readonly redis: Redis | null) {}

  /** @throws {GatewayError} OVERLOADED */
  async has(jti: string): Promise<boolean> {
    const key = keyOf(jti);
    const { redis } = this;
    if (this.here.has(key)) return true;
    return redis !== null && (await told(() => redis.exists(key))) === 1;
  }

  /** Notes that a token has been used. Where Redis is away, this gateway alone knows. */
  async add(jti: string, forMs: number): Promise<void> {
    const key = keyOf(jti);
    this.here.set(key, true, { ttl: forMs });
    await this.redis?.set(key, '1', 'PX', forMs).catch(() => {});
  }
}

const keyOf = (jti: string): string => redisKeys.logoutToken(hashOf(jti));
