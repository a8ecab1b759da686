import type { Redis } from '#libs/redis';
import { IdempotencyKeys, IN_FLIGHT_MS, KEPT_MS } from './idempotency-keys.ts';

const KEEP = `
local held = redis.call('GET', KEYS[1])
if not held or held == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end`;

const FREE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Keys in Redis 7 or later, which all gateways share. */
export class IdempotencyKeysRedis extends IdempotencyKeys {
  constructor(private readonly redis: Redis) {
    super();
  }

  async claim(key: string, mark: string): Promise<string | undefined> {
    return (await this.redis.set(nameOf(key), mark, 'PX', IN_FLIGHT_MS, 'NX', 'GET')) ?? undefined;
  }

  async keep(key: string, mark: string, answer: string): Promise<void> {
    await this.redis.eval(KEEP, 1, nameOf(key), mark, answer, KEPT_MS);
  }

  async free(key: string, mark: string): Promise<void> {
    await this.redis.eval(FREE, 1, nameOf(key), mark);
  }
}

const nameOf = (key: string) => `atrium:idempotency:${key}`;
