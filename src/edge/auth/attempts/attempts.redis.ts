import type { Redis } from '#libs/redis';
import { FORGOTTEN_MS } from './attempts.memory.ts';
import type { Pace } from './attempts.ts';

/** KEYS: the tries. ARGV: free, first and most of the pace, and when they are forgotten. Answers how long to wait. */
const BEGIN = `
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
redis.call('HSET', KEYS[1], 'failed', failed, 'notBefore', now + delay)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 0`;

/** KEYS: the tries. Takes one back. */
const TAKE_BACK = `
if redis.call('EXISTS', KEYS[1]) == 0 then return end
redis.call('HSET', KEYS[1], 'failed', math.max(0, tonumber(redis.call('HGET', KEYS[1], 'failed')) - 1), 'notBefore', 0)`;

const keyOf = (key: string): string => `atrium:attempts:${key}`;

/** Tries, as all gateways have seen them; where Redis is away, none: the memory of the process goes on counting. */
export const attemptsInRedis = {
  async begin(redis: Redis, key: string, { free, firstMs, mostMs }: Pace): Promise<number> {
    try {
      return Number(await redis.eval(BEGIN, 1, keyOf(key), free, firstMs, mostMs, FORGOTTEN_MS));
    } catch {
      return 0;
    }
  },

  async end(redis: Redis, key: string, isForgiven: boolean): Promise<void> {
    try {
      await (isForgiven ? redis.del(keyOf(key)) : redis.eval(TAKE_BACK, 1, keyOf(key)));
    } catch {
      // It is forgotten in an hour.
    }
  },
};
