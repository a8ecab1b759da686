import { LRUCache } from 'lru-cache';
import { type Entry, frozen } from './entry.ts';

/** What an entry weighs beyond its text: keys, objects and indexes, in bytes. */
const OVERHEAD_BYTES = 200;
/** Estimated memory of an object relative to its JSON text. */
const BYTES_PER_CHARACTER = 2;

/** An entry whose value stays JSON until it is read: most entries of callers are never read again. */
interface Kept extends Entry {
  json: string | undefined;
}

/** The first tier: an in-process LRU cache, bounded in bytes. */
export class MemoryTier {
  /** Entries evicted for lack of room. */
  evictions = 0;
  private readonly entries: LRUCache<string, Kept>;
  private readonly keysByTag = new Map<string, Set<string>>();

  /** @param maxBytes of all entries together; a single entry may take at most an eighth */
  constructor(maxBytes: number) {
    this.entries = new LRUCache<string, Kept>({
      maxSize: maxBytes,
      maxEntrySize: Math.ceil(maxBytes / 8),
      dispose: (entry, key, reason) => {
        if (reason === 'evict') this.evictions += 1;
        this.untag(key, entry);
      },
      noDisposeOnSet: false,
    });
  }

  /** How much it holds, in bytes. */
  get bytes(): number {
    return this.entries.calculatedSize;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Entry | undefined {
    const kept = this.entries.get(key);
    if (kept?.json !== undefined) {
      kept.value = frozen(JSON.parse(kept.json));
      kept.json = undefined;
    }
    return kept;
  }

  /** Stores a copy: the request that is given the entry now may modify it. */
  set(key: string, { value, storedAt, freshMs, lifeMs, tags }: Entry): void {
    const json = JSON.stringify(value) as string | undefined;
    const kept: Kept = { value: undefined, storedAt, freshMs, lifeMs, tags, given: 'often', json };
    const size = OVERHEAD_BYTES + key.length + (json?.length ?? 0) * BYTES_PER_CHARACTER;
    this.entries.set(key, kept, { size });
    if (this.entries.peek(key) !== kept) return;
    for (const tag of tags) {
      const keys = this.keysByTag.get(tag);
      if (keys) keys.add(key);
      else this.keysByTag.set(tag, new Set([key]));
    }
  }

  invalidate(tags: readonly string[]): void {
    for (const tag of tags) for (const key of Array.from(this.keysByTag.get(tag) ?? [])) this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  private untag(key: string, { tags }: Entry): void {
    for (const tag of tags) {
      const keys = this.keysByTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.keysByTag.delete(tag);
    }
  }
}
