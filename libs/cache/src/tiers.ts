import type { Entry } from './entry.ts';
import { InvalidationLog } from './invalidation-log.ts';
import type { Item } from './lookup.ts';
import { MemoryTier } from './memory-tier.ts';
import type { CacheRule } from './policy.ts';
import type { Found, RedisTier } from './redis-tier.ts';
import type { Stats } from './stats.ts';

/** The result of reading both tiers, with what later writes need. */
export interface Read {
  /** Of each item, in their order; undefined where neither tier has it. */
  entries: (Entry | undefined)[];
  versions: ReadonlyMap<string, readonly string[]>;
  moment: number;
}

/** The cache's tiers: this process and, with Redis, all gateways. */
export class Tiers {
  readonly memory: MemoryTier;
  shared: RedisTier | undefined;
  private readonly invalidated = new InvalidationLog();

  /** @param maxBytes of the first tier */
  constructor(maxBytes: number) {
    this.memory = new MemoryTier(maxBytes);
  }

  /** Reads the first tier. */
  inMemory({ key }: Item, policy: CacheRule): Entry | undefined {
    return this.mayKeepHere(policy) ? this.memory.get(key) : undefined;
  }

  /** Reads both tiers. @param stats counts the read */
  async read(items: readonly Item[], stats: Stats): Promise<Read> {
    const { moment } = this.invalidated;
    const found = await this.shared?.read(items, stats);
    return {
      entries: items.map(({ key }, i) => found?.[i]?.entry ?? this.memory.get(key)),
      versions: versionsOf(items, found),
      moment,
    };
  }

  /** Stores an entry in both tiers, unless one of its tags was invalidated since `read`. */
  write(item: Item, entry: Entry, policy: CacheRule, { moment, versions }: Read): void {
    if (entry.lifeMs <= 0 || this.invalidated.since(moment, item.tags)) return;
    this.keepHere(item, entry, policy, moment);
    const its = versions.get(item.key);
    if (its) this.shared?.write(item, entry, its);
  }

  /** Copies an entry of the second tier into the first. */
  keepHere(item: Item, entry: Entry, policy: CacheRule, moment: number): void {
    if (!this.mayKeepHere(policy) || this.invalidated.since(moment, item.tags)) return;
    this.memory.set(item.key, entry);
  }

  /** Drops every entry with one of these tags from the first tier. */
  invalidateHere(tags: readonly string[] | 'all'): void {
    this.invalidated.add(tags);
    if (tags === 'all') this.memory.clear();
    else this.memory.invalidate(tags);
  }

  /**
   * With a second tier, callers' own entries are not kept in the first: another gateway that invalidates them could
   * not remove them here in time.
   */
  private mayKeepHere({ scope }: CacheRule): boolean {
    return scope === 'public' || !this.shared;
  }
}

function versionsOf(items: readonly Item[], found: readonly Found[] | undefined): Read['versions'] {
  return new Map(found?.map((one, i) => [items[i]!.key, one.versions]));
}
