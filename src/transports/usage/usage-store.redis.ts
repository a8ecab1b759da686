import { redisKeys } from '#gateway/config/redis-keys';
import { GatewayError } from '#libs/errors';
import { defineScript, type Redis } from '#libs/redis';
import { type Call, DayUsage, type Fold } from './day-usage.ts';
import type { UsedOperation } from './used-operation.ts';
import { UsageStore } from './usage-store.ts';

/** KEYS: a hash. ARGV: its lifetime in milliseconds, then fields and what to add to each. Returns the number of fields. */
const addScript = defineScript<number>(
  'addUsage',
  1,
  `
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HLEN', KEYS[1])`,
);

/** KEYS: a hash. ARGV: its lifetime in milliseconds, then fields and their values. Returns the number of fields. */
const describeScript = defineScript<number>(
  'describeUsage',
  1,
  `
for i = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HLEN', KEYS[1])`,
);

/** KEYS: a hash. ARGV: pairs of fields, of which the first is added to the second. Two gateways may fold the same: it is once. */
const foldScript = defineScript(
  'foldUsage',
  1,
  `
for i = 1, #ARGV, 2 do
  local count = redis.call('HGET', KEYS[1], ARGV[i])
  if count then
    redis.call('HDEL', KEYS[1], ARGV[i])
    redis.call('HINCRBY', KEYS[1], ARGV[i + 1], count)
  end
end`,
);

const DAY_MS = 86_400_000;
/** The most days that wait for Redis. */
const MAX_UNSENT_DAYS = 2;

/**
 * The use of operations by all gateways, in Redis. While Redis is unavailable the process keeps what it would send, with the
 * bounds of a day.
 */
export class UsageStoreRedis extends UsageStore {
  private readonly unsent = new Map<string, DayUsage>();
  private sending: Promise<void> = Promise.resolve();

  /** @param maxDays how many days are kept */
  constructor(
    private readonly redis: Redis,
    private readonly maxDays: number,
  ) {
    super();
  }

  add(day: string, calls: readonly Call[]): Promise<void> {
    if (calls.length) {
      let usage = this.unsent.get(day);
      if (!usage) this.unsent.set(day, (usage = new DayUsage()));
      usage.add(calls);
      for (const known of [...this.unsent.keys()].slice(0, -MAX_UNSENT_DAYS)) this.unsent.delete(known);
    }
    // It stays unsent, and is sent with the next calls.
    return (this.sending = this.sending.then(() => this.send()).catch(() => {}));
  }

  async read(days: readonly string[]): Promise<DayUsage[]> {
    try {
      return await Promise.all(days.map(async (day) => this.dayOf(day)));
    } catch (cause) {
      throw new GatewayError('OVERLOADED', { source: 'usage', detail: 'The usage cannot be read now.', cause });
    }
  }

  private async send(): Promise<void> {
    for (const [day, { calls, fields, operations }] of this.unsent) {
      const described = [...operations].map(([key, its]) => [key, JSON.stringify(its)] as const);
      const numbers = [await this.take(day, 'operations', describeScript, described, operations)];
      numbers.push(await this.take(day, 'calls', addScript, [...calls], calls));
      await this.take(day, 'fields', addScript, [...fields], fields);
      if (!calls.size && !fields.size && !operations.size) this.unsent.delete(day);
      if (DayUsage.isTooMuch(numbers[1]!, numbers[0]!)) await this.fold(day);
    }
  }

  /** Sends counts, and takes what was sent from what is unsent: calls may have been added meanwhile. */
  private async take(
    day: string,
    part: string,
    script: typeof addScript,
    entries: readonly (readonly [string, string | number])[],
    unsent: Map<string, unknown>,
  ): Promise<number> {
    if (!entries.length) return 0;
    const lifetimeMs = this.maxDays * DAY_MS;
    const size = await script(this.redis, [redisKeys.usage(day, part)], lifetimeMs, ...entries.flat());
    for (const [key, sent] of entries) {
      const now = unsent.get(key);
      if (typeof now === 'number' && typeof sent === 'number' && now > sent) unsent.set(key, now - sent);
      else unsent.delete(key);
    }
    return size;
  }

  /** Folds what all gateways together have too much of. */
  private async fold(day: string): Promise<void> {
    const usage = await this.dayOf(day);
    const before = [...usage.operations.keys()];
    const folds: Fold[] = usage.fold();
    if (!folds.length) return;
    await foldScript(this.redis, [redisKeys.usage(day, 'calls')], ...folds.flatMap(({ from, to }) => [from, to]));
    const rare = before.filter((key) => !usage.operations.has(key));
    if (rare.length) await this.redis.hdel(redisKeys.usage(day, 'operations'), ...rare);
  }

  private async dayOf(day: string): Promise<DayUsage> {
    const [calls, fields, operations] = await Promise.all(
      ['calls', 'fields', 'operations'].map(async (part) => this.redis.hgetall(redisKeys.usage(day, part))),
    );
    const usage = new DayUsage();
    for (const [key, count] of Object.entries(calls!)) usage.calls.set(key, Number(count));
    for (const [key, count] of Object.entries(fields!)) usage.fields.set(key, Number(count));
    for (const [key, its] of Object.entries(operations!))
      usage.operations.set(key, JSON.parse(its) as Omit<UsedOperation, 'sha256' | 'name'>);
    return usage;
  }
}
