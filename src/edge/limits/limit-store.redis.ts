import { redisKeys } from '#gateway/config/redis-keys';
import { defineScript, type Redis } from '#libs/redis';
import type { Spent } from './gcra.ts';
import { LimitStore, type Spending } from './limit-store.ts';
import type { LimitStoreMemory } from './limit-store.memory.ts';
import type { Rate } from './policies.ts';

/**
 * The same as `spend`, on the clock of Redis, for several buckets: all are taken from, or none. KEYS: the buckets.
 * ARGV: 1 for `settle`, and for each bucket its cost, limit and window in milliseconds. Answers three values a bucket.
 */
const spendScript = defineScript<unknown[]>(
  'spendLimits',
  'any',
  `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local settles = ARGV[1] == '1'
local buckets, allAllowed = {}, true
for i, key in ipairs(KEYS) do
  local cost, limit, window = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  local from = math.max(tonumber(redis.call('GET', key) or 0), now)
  local full = from + cost * window / limit
  if settles then full = math.min(full, math.max(from, now + 2 * window)) end
  local allowed = settles or full - now <= window + 0.001
  allAllowed = allAllowed and allowed
  buckets[i] = {from, full, window, allowed}
end
local answer = {}
for i, key in ipairs(KEYS) do
  local from, full, window, allowed = unpack(buckets[i])
  local after = allAllowed and full or from
  if after > now then redis.call('SET', key, string.format('%.3f', after), 'PX', math.ceil(after - now))
  else redis.call('DEL', key) end
  table.insert(answer, allowed and 1 or 0)
  table.insert(answer, tostring(after - now))
  table.insert(answer, tostring(full - now - window))
end
return answer`,
);

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

  async spendAll(all: readonly Spending[]): Promise<readonly Spent[]> {
    // The buckets of one request lie on several servers of a cluster: no script reaches all of them.
    if (all.length > 1 && this.redis.isCluster) return this.spendEach(all);
    const answer = await this.run(all);
    return answer
      ? all.map(({ rate }, at) => told(answer.slice(3 * at) as Answer, rate))
      : this.meanwhile.spendAll(all);
  }

  override async spend(key: string, cost: number, rate: Rate): Promise<Spent> {
    const [spent] = await this.spendAll([{ key, cost, rate }]);
    return spent!;
  }

  async settle(key: string, cost: number, rate: Rate): Promise<void> {
    if (!(await this.run([{ key, cost, rate }], true))) this.meanwhile.settle(key, cost, rate);
  }

  /** Takes from each by itself, and gives back what was taken where another has not enough. */
  private async spendEach(all: readonly Spending[]): Promise<readonly Spent[]> {
    const tries = await Promise.all(all.map(({ key, cost, rate }) => this.spend(key, cost, rate)));
    if (tries.every(({ isAllowed }) => isAllowed)) return tries;
    const unspent = tries.map(async (spent, at) => {
      const { key, cost, rate } = all[at]!;
      if (!spent.isAllowed) return spent;
      await this.settle(key, -cost, rate);
      return this.spend(key, 0, rate);
    });
    return Promise.all(unspent);
  }

  /** What Redis answers; undefined while it is away. */
  private async run(all: readonly Spending[], settles = false): Promise<unknown[] | undefined> {
    if (performance.now() < this.notBefore) return undefined;
    const keys = all.map(({ key }) => redisKeys.limit(key));
    const given = all.flatMap(({ cost, rate }) => [cost, rate.limit, rate.windowMs]);
    try {
      return await spendScript(this.redis, keys, settles ? 1 : 0, ...given);
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
