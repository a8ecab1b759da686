import { redisKeys } from '#gateway/config/redis-keys';
import { defineScript, type Redis } from '#libs/redis';
import type { Spent } from './gcra.ts';
import { LimitStore, type Spending } from './limit-store.ts';
import type { LimitStoreMemory } from './limit-store.memory.ts';
import type { Rate } from './policies.ts';

/**
 * `spend` in Redis, by its clock, for several buckets at once: takes the cost from all of them, or from none.
 * KEYS: the buckets. ARGV: 1 for `settle`, else 0; then the cost, limit and window in milliseconds of each bucket.
 * Returns three values a bucket: allowed (1 or 0), reset in ms, and the wait in ms until the cost can be spent.
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

/** How long Redis is not used after a failure, in milliseconds, so that no request waits for it. */
const RETRY_MS = 500;

/**
 * Buckets in Redis, shared by all gateways. While Redis is unavailable, each process uses its own buckets in
 * memory.
 */
export class LimitStoreRedis extends LimitStore {
  private notBefore = 0;

  constructor(
    private readonly redis: Redis,
    private readonly meanwhile: LimitStoreMemory,
  ) {
    super();
  }

  async spendAll(all: readonly Spending[]): Promise<readonly Spent[]> {
    // In a cluster the buckets of a request are on several servers, and a script runs on only one of them.
    if (all.length > 1 && this.redis.isCluster) return this.spendEach(all);
    const answer = await this.run(all);
    return answer
      ? all.map(({ rate }, at) => spentOf(answer.slice(3 * at) as LimitReply, rate))
      : this.meanwhile.spendAll(all);
  }

  override async spend(key: string, cost: number, rate: Rate): Promise<Spent> {
    const [spent] = await this.spendAll([{ key, cost, rate }]);
    return spent!;
  }

  async settle(key: string, cost: number, rate: Rate): Promise<void> {
    if (!(await this.run([{ key, cost, rate }], true))) this.meanwhile.settle(key, cost, rate);
  }

  /** Takes the cost from each bucket separately, and gives it back if any of them refuses. */
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

  /** The reply of Redis; undefined while Redis is unavailable. */
  private async run(all: readonly Spending[], settles = false): Promise<unknown[] | undefined> {
    if (performance.now() < this.notBefore) return undefined;
    const keys = all.map(({ key }) => redisKeys.limit(key));
    const given = all.flatMap(({ cost, rate }) => [cost, rate.limit, rate.windowMs]);
    try {
      return await spendScript(this.redis, keys, settles ? 1 : 0, ...given);
    } catch {
      this.notBefore = performance.now() + RETRY_MS;
      return undefined;
    }
  }
}

type LimitReply = [allowed: number, reset: string, over: string];

function spentOf([allowed, reset, over]: LimitReply, { limit, windowMs }: Rate): Spent {
  // Redis returns the times as text, so they are rounded to whole milliseconds.
  const resetMs = Math.max(0, Math.round(Number(reset)));
  return {
    isAllowed: allowed === 1,
    remaining: Math.max(0, Math.floor(((windowMs - resetMs) * limit) / windowMs + 1e-6)),
    resetMs,
    retryMs: allowed === 1 ? 0 : Math.min(Number(over), resetMs),
  };
}
