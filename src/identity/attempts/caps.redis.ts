import { redisKeys } from '#gateway/config/redis-keys';
import { defineScript, type Redis } from '#libs/redis';
import { type Cap, type Counter } from './counter.ts';

/**
 * KEYS: a sorted set of tickets by time. ARGV: limit and window of the cap, the ticket. Returns the wait, in milliseconds.
 */
const beginScript = defineScript<number>(
  'countCappedAttempt',
  1,
  `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, oldest[2] + window - now)
end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], window)
return 0`,
);

/** Capped attempts, counted in Redis for all gateways: a sliding window log. Throws the errors of the connection. */
export class CapsRedis implements Counter {
  constructor(
    private readonly redis: Redis,
    private readonly by: string,
    private readonly cap: Cap,
  ) {}

  async begin(name: string, ticket: string): Promise<number> {
    const { max, windowMs } = this.cap;
    return Number(await beginScript(this.redis, [redisKeys.attempts(this.by, name)], max, windowMs, ticket));
  }

  async takeBack(name: string, ticket: string): Promise<void> {
    await this.redis.zrem(redisKeys.attempts(this.by, name), ticket);
  }

  async clear(name: string): Promise<void> {
    await this.redis.del(redisKeys.attempts(this.by, name));
  }

  failed(name: string): Promise<number> {
    return this.redis.zcard(redisKeys.attempts(this.by, name));
  }
}
