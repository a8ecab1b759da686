import type { Context } from '#libs/upstream';
import { isFresh, isUsable } from './entry.ts';
import { Fetches } from './fetches.ts';
import { noted } from './freshness.ts';
import type { Item, Known, Lookup } from './lookup.ts';
import type { RedisTier } from './redis-tier.ts';
import type { Declared } from './stats.ts';
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

  /** Shares the cache. @param tier is given what to call when another gateway has invalidated tags */
  share(tier: (onInvalidated: (tags: readonly string[] | 'all') => void) => RedisTier): RedisTier {
    return (this.tiers.shared = tier((tags) => this.tiers.invalidateHere(tags)));
  }

  /**
   * The answers to these, from the cache or the upstream. Where the upstream takes longer than it usually does, or fails, a
   * stale answer stands in as long as its declaration allows, and its age is noted on `context`.
   * @throws what the upstream's client throws, where nothing stands in
   */
  async answers(context: Context, items: readonly Item[], lookup: Lookup): Promise<Known> {
    const { policy, stats } = lookup;
    const known: Known = new Map();
    const expired: Item[] = [];
    const missing: Item[] = [];
    for (const item of items) {
      const entry = context.mustBeFresh ? undefined : this.tiers.inMemory(item, policy);
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

  /** Invalidates all that bears one of these tags, here and at every other gateway, and what is on its way. */
  async forget(tags: readonly string[]): Promise<void> {
    this.tiers.invalidateHere(tags);
    await this.tiers.shared?.forget(tags);
  }

  /** How the cache does, for operators. */
  report() {
    const { bytes, size: entries, evictions } = this.memory;
    return {
      memory: { bytes, entries, evictions },
      redis: this.tiers.shared?.report() ?? null,
      questions: this.declared.map(({ port, question, policy, stats, softTimeout }) => {
        const { kind: _, tags: __, ...times } = policy;
        const asked = stats.hits + stats.misses;
        const hitRatio = asked ? stats.hits / asked : null;
        return { port, question, ...times, ...stats, softTimeoutMs: softTimeout.ms, hitRatio };
      }),
    };
  }

  async close(): Promise<void> {
    await this.tiers.shared?.close();
  }
}
