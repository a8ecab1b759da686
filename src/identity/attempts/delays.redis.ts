import { redisKeys } from '#gateway/config/redis-keys';
import { defineScript, type Redis } from '#libs/redis';
import { type Counter, type Pace } from './counter.ts';

/**
 * KEYS: the failures. ARGV: free failures, first and maximum delay, the ticket, the expiry of failures, the number of
 * failures after which the name is spent, and for how long. Returns the wait, in milliseconds.
 */
const beginScript = defineScript<number>(
  'countDelayedAttempt',
  1,
  `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'failed', 'notBefore')
local notBefore = tonumber(held[2] or 0)
if notBefore > now then return notBefore - now end
local failed = tonumber(held[1] or 0) + 1
local delay = 0
if failed >= tonumber(ARGV[1]) then
  delay = math.min(tonumber(ARGV[3]), tonumber(ARGV[2]) * 2 ^ math.min(30, failed - tonumber(ARGV[1])))
end
redis.call('HSET', KEYS[1], 'failed', failed, 'notBefore', now + delay, 'ticket', ARGV[4])
redis.call('PEXPIRE', KEYS[1], failed >= tonumber(ARGV[6]) and ARGV[7] or ARGV[5])
return 0`,
);

/**
 * KEYS: the failures. ARGV: the ticket of the cancelled attempt, then as above. Lifts the delay of that attempt, not of a
 * later one.
 */
const takeBackScript = defineScript(
  'takeBackAttempt',
  1,
  `
local held = redis.call('HMGET', KEYS[1], 'failed', 'ticket')
if not held[1] then return end
local failed = tonumber(held[1]) - 1
if failed <= 0 then return redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'failed', failed)
redis.call('PEXPIRE', KEYS[1], failed >= tonumber(ARGV[3]) and ARGV[4] or ARGV[2])
if held[2] == ARGV[1] then redis.call('HSET', KEYS[1], 'notBefore', 0) end`,
);

/** Delayed attempts, counted in Redis for all gateways. Throws the errors of the connection. */
export class DelaysRedis implements Counter {
  constructor(
    private readonly redis: Redis,
    private readonly by: string,
    private readonly pace: Pace,
  ) {}

  async begin(name: string, ticket: string): Promise<number> {
    const { free, firstMs, maxMs } = this.pace;
    const given = [free, firstMs, maxMs, ticket, ...this.expiry()];
    return Number(await beginScript(this.redis, [redisKeys.attempts(this.by, name)], ...given));
  }

  async takeBack(name: string, ticket: string): Promise<void> {
    await takeBackScript(this.redis, [redisKeys.attempts(this.by, name)], ticket, ...this.expiry());
  }

  async clear(name: string): Promise<void> {
    await this.redis.del(redisKeys.attempts(this.by, name));
  }

  async failed(name: string): Promise<number> {
    return Number((await this.redis.hget(redisKeys.attempts(this.by, name), 'failed')) ?? 0);
  }

  private expiry(): number[] {
    const { resetAfterMs, spent = { at: Number.MAX_SAFE_INTEGER, forMs: resetAfterMs } } = this.pace;
    return [resetAfterMs, spent.at, spent.forMs];
  }
}
