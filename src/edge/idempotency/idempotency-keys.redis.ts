import { redisKeys } from '#gateway/config/redis-keys';
import { defineScript, type Redis } from '#libs/redis';
import { IdempotencyKeys, IN_FLIGHT_MS, KEPT_MS } from './idempotency-keys.ts';

/** KEYS: the key. ARGV: the mark of the claim, the response, milliseconds. Nothing where another has claimed it. */
const keepScript = defineScript(
  'keepIdempotencyKey',
  1,
  `
local held = redis.call('GET', KEYS[1])
if not held or held == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end`,
);

/** KEYS: the key. ARGV: the mark of the claim. */
const freeScript = defineScript(
  'freeIdempotencyKey',
  1,
  `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`,
);

/** Keys in Redis 7 or later, shared by all gateways. */
export class IdempotencyKeysRedis extends IdempotencyKeys {
  constructor(private readonly redis: Redis) {
    super();
  }

  async claim(key: string, mark: string): Promise<string | undefined> {
    return (await this.redis.set(redisKeys.idempotency(key), mark, 'PX', IN_FLIGHT_MS, 'NX', 'GET')) ?? undefined;
  }

  async keep(key: string, mark: string, answer: string): Promise<void> {
    await keepScript(this.redis, [redisKeys.idempotency(key)], mark, answer, KEPT_MS);
  }

  async free(key: string, mark: string): Promise<void> {
    await freeScript(this.redis, [redisKeys.idempotency(key)], mark);
  }
}
