import type { Context } from '#libs/upstream';
import { isFresh, isUsable } from './entry.ts';
import { Fetches } from './fetches.ts';
import { noted } from './freshness.ts';
import type { Item, Known, Lookup } from './lookup.ts';
import type { RedisTier } from './redis-tier.ts';
import type { Declared } from './stats.ts';
import { recordedLookup } from './lookup-span.ts';
import { Tiers } from './tiers.ts';

/** Answers of upstreams, cached in this process and, where there is Redis, among all gateways. */
export class Cache {
  /** Every question that is cached, in the order of their ports. */
  readonly declared: Declared[] = [];
  private readonly tiers: Tiers;
  private readonly fetches: Fetches;

  /** @param maxBytes of the first tier */
  constructor(maxBytes: number, random: () => number = Math.random) {
    this.tiers = new Tiers(maxBytes);
    this.fetches = new Fetches(this.tiers, random);
  }

  /** The first tier. */
  get memory() {
    return this.tiers.memory;
  }

  /** Adds the second tier. @param tier makes it, given the callback for tags that another gateway invalidates */
  share(tier: (onInvalidated: (tags: readonly string[] | 'all') => void) => RedisTier): RedisTier {
    return (this.tiers.shared = tier((tags) => this.tiers.invalidateHere(tags)));
  }

  /**
   * The answers for these items, from the cache or the upstream. If the upstream is slower than usual or fails, a
   * stale answer is used as long as the declaration allows (stale-if-error), and its age is noted on `context`.
   * @throws the error of the upstream's client if there is no stale answer
   */
  answers(context: Context, items: readonly Item[], lookup: Lookup): Promise<Known> {
    return recordedLookup(context, items, lookup, () => this.lookUp(context, items, lookup));
  }

  private async lookUp(context: Context, items: readonly Item[], lookup: Lookup): Promise<Known> {
    const { policy, stats } = lookup;
    const known: Known = new Map();
    const expired: Item[] = [];
    const missing: Item[] = [];
    for (const item of items) {
      const entry = context.noCache ? undefined : this.tiers.inMemory(item, policy);
      if (!entry || !isUsable(entry, policy)) missing.push(item);
      else {
        known.set(item.key, entry);
        if (!isFresh(entry)) expired.push(item);
      }
    }
    if (expired.length) this.fetches.refresh(context, expired, known, lookup);
    stats.hits += known.size;
    stats.stale += expired.length;
    if (missing.length) {
      for (const [key, entry] of await this.fetches.get(context, missing, lookup)) known.set(key, entry);
    }
    return noted(context, items, known, policy);
  }

  /** Invalidates every entry with one of these tags, in all gateways, and answers that are still in flight. */
  async invalidate(tags: readonly string[]): Promise<void> {
    this.tiers.invalidateHere(tags);
    await this.tiers.shared?.invalidate(tags);
  }

  /** The state of the cache, for `/admin/cache`. */
  report() {
    const { bytes, size: entries, evictions } = this.memory;
    return {
      memory: { bytes, entries, evictions },
      redis: this.tiers.shared?.report() ?? null,
      questions: this.declared.map(({ port, question, policy, stats, softTimeout }) => {
        const { kind: _, tags: __, ...times } = policy;
        const lookups = stats.hits + stats.misses;
        const hitRatio = lookups ? stats.hits / lookups : null;
        return { port, question, ...times, ...stats, softTimeoutMs: softTimeout.ms, hitRatio };
      }),
    };
  }

  async close(): Promise<void> {
    await this.tiers.shared?.close();
  }
}
