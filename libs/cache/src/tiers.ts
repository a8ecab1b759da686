import type { Entry } from './entry.ts';
import { Forgotten } from './forgotten.ts';
import type { Item } from './lookup.ts';
import { MemoryTier } from './memory-tier.ts';
import type { Remembered } from './policy.ts';
import type { Found, RedisTier } from './redis-tier.ts';
import type { Stats } from './stats.ts';

/** What was read from both tiers, and what is needed to write there later. */
export interface Read {
  /** Of each item, in their order; undefined where neither tier has it. */
  entries: (Entry | undefined)[];
  versions: ReadonlyMap<string, readonly string[]>;
  moment: number;
}

/** Where entries are kept: in this process and, where there is Redis, among all gateways. */
export class Tiers {
  readonly memory: MemoryTier;
  shared: RedisTier | undefined;
  private readonly invalidated = new Forgotten();

  /** @param maxBytes of the first tier */
  constructor(maxBytes: number) {
    this.memory = new MemoryTier(maxBytes);
  }

  /** What this process has. */
  inMemory({ key }: Item, policy: Remembered): Entry | undefined {
    return this.mayKeepHere(policy) ? this.memory.get(key) : undefined;
  }

  /** What either tier has. @param stats where the reading is counted */
  async read(items: readonly Item[], stats: Stats): Promise<Read> {
    const { moment } = this.invalidated;
    const found = await this.shared?.read(items, stats);
    return {
      entries: items.map(({ key }, i) => found?.[i]?.entry ?? this.memory.get(key)),
      versions: versionsOf(items, found),
      moment,
    };
  }

  /** Keeps an entry in both, unless one of its tags has been invalidated since the reading. */
  write(item: Item, entry: Entry, policy: Remembered, { moment, versions }: Read): void {
    if (entry.lifeMs <= 0 || this.invalidated.since(moment, item.tags)) return;
    this.keepHere(item, entry, policy, moment);
    const its = versions.get(item.key);
    if (its) this.shared?.write(item, entry, its);
  }

  /** Keeps in this process what the other tier has. */
  keepHere(item: Item, entry: Entry, policy: Remembered, moment: number): void {
    if (!this.mayKeepHere(policy) || this.invalidated.since(moment, item.tags)) return;
    this.memory.set(item.key, entry);
  }

  /** Drops from this process all that has one of these tags. */
  invalidateHere(tags: readonly string[] | 'all'): void {
    this.invalidated.add(tags);
    if (tags === 'all') this.memory.clear();
    else this.memory.forget(tags);
  }

  /**
   * What a caller alone may see is not kept in the first tier where there is a second: another gateway that
   * invalidates it could not take it from here in time.
   */
  private mayKeepHere({ scope }: Remembered): boolean {
    return scope === 'public' || !this.shared;
  }
}

function versionsOf(items: readonly Item[], found: readonly Found[] | undefined): Read['versions'] {
  return new Map(found?.map((one, i) => [items[i]!.key, one.versions]));
}
