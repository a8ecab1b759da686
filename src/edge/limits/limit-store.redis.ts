import type { Redis } from '#libs/redis';
import type { Spent } from './gcra.ts';
import { LimitStore } from './limit-store.ts';
import type { LimitStoreMemory } from './limit-store.memory.ts';
import type { Rate } from './policies.ts';

/** The same as `spend`, on the clock of Redis. KEYS: the bucket. ARGV: cost, limit, window in milliseconds, and 1 for `settle`. */
const SPEND = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local cost, limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local each = window / limit
local from = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local full = from + cost * each
if ARGV[4] == '1' then full = math.min(full, math.max(from, now + 2 * window)) end
local allowed = ARGV[4] == '1' or full - now <= window + 0.001
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
    const answer = await this.eval(key, [cost, rate.limit, rate.windowMs, 0]);
    return answer ? told(answer, rate) : this.meanwhile.spend(key, cost, rate);
  }

  async settle(key: string, cost: number, rate: Rate): Promise<void> {
    if (!(await this.eval(key, [cost, rate.limit, rate.windowMs, 1]))) this.meanwhile.settle(key, cost, rate);
  }

  /** What Redis answers; undefined while it is away. */
  private async eval(key: string, given: readonly number[]): Promise<Answer | undefined> {
    if (performance.now() < this.notBefore) return undefined;
    try {
      return (await this.redis.eval(SPEND, 1, `atrium:limit:${key}`, ...given)) as Answer;
    } catch {
      this.notBefore = performance.now() + AGAIN_MS;
      return undefined;
    }
  }
}

type Answer = [allowed: number, reset: string, over: string];

function told([allowed, reset, over]: Answer, { limit, windowMs }: Rate): Spent {
  // Whole milliseconds: the clock of Redis has been through text.
  const resetMs = Math.max(0, Math.round(Number(reset)));
  return {
    isAllowed: allowed === 1,
    remaining: Math.max(0, Math.floor(((windowMs - resetMs) * limit) / windowMs + 1e-6)),
    resetMs,
    retryMs: allowed === 1 ? 0 : Math.min(Number(over), resetMs),
  };
}
