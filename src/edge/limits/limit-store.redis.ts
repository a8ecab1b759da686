import type { Redis } from '#libs/redis';
import type { Spent } from './gcra.ts';
import { LimitStore } from './limit-store.ts';
import type { LimitStoreMemory } from './limit-store.memory.ts';
import type { Rate } from './policies.ts';

/** The same as `spend`, on the clock of Redis. KEYS: the bucket. ARGV: cost, limit, window in milliseconds. */
const SPEND = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local cost, limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local each = window / limit
local from = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local full = from + cost * each
local allowed = full - now <= window + 0.001
local after = allowed and full or from
if after > now then redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now))
else redis.call('DEL', KEYS[1]) end
return {allowed and 1 or 0, tostring(after - now), tostring(full - now - window)}`;

/** After a failure Redis is asked again after so long, in milliseconds: nobody waits for it meanwhile. */
const AGAIN_MS = 500;

/** Buckets in Redis, which all gateways share; those of this process while it is away. */
export class LimitStoreRedis extends LimitStore {
  private notBefore = 0;

  constructor(
    private readonly redis: Redis,
    private readonly meanwhile: LimitStoreMemory,
  ) {
    super();
  }

  async spend(key: string, cost: number, rate: Rate): Promise<Spent> {
    if (performance.now() < this.notBefore) return this.meanwhile.spend(key, cost, rate);
    try {
      const given = [cost, rate.limit, rate.windowMs];
      const answer = (await this.redis.eval(SPEND, 1, `atrium:limit:${key}`, ...given)) as [
        number,
        string,
        string,
      ];
      return told(answer, rate);
    } catch {
      this.notBefore = performance.now() + AGAIN_MS;
      return this.meanwhile.spend(key, cost, rate);
    }
  }
}

function told([allowed, reset, over]: [number, string, string], { limit, windowMs }: Rate): Spent {
  // Whole milliseconds: the clock of Redis has been through text.
  const resetMs = Math.max(0, Math.round(Number(reset)));
  return {
    isAllowed: allowed === 1,
    remaining: Math.floor(((windowMs - resetMs) * limit) / windowMs + 1e-6),
    resetMs,
    retryMs: allowed === 1 ? 0 : Math.min(Number(over), resetMs),
  };
}
