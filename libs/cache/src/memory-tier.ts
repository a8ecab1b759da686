import { LRUCache } from 'lru-cache';
import type { Entry } from './entry.ts';
import { lengthAsJson } from './length-as-json.ts';

/** What an entry weighs beyond its text: keys, objects and indexes, in bytes. */
const OVERHEAD_BYTES = 200;
/** An object takes about so much more than its text. */
const BYTES_PER_CHARACTER = 2;

/** The first tier: what this process remembers, the least recently used forgotten first, bounded in bytes. */
export class MemoryTier {
  /** How many entries had to go for want of room. */
  evictions = 0;
  private readonly entries: LRUCache<string, Entry>;
  private readonly keysByTag = new Map<string, Set<string>>();

  /** @param maxBytes of all entries together; one may take an eighth of it */
  constructor(maxBytes: number) {
    this.entries = new LRUCache<string, Entry>({
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
    return this.entries.get(key);
  }

  set(key: string, entry: Entry): void {
    const size = OVERHEAD_BYTES + key.length + lengthAsJson(entry.value) * BYTES_PER_CHARACTER;
    this.entries.set(key, entry, { size });
    if (this.entries.peek(key) !== entry) return;
    for (const tag of entry.tags) {
      const keys = this.keysByTag.get(tag);
      if (keys) keys.add(key);
      else this.keysByTag.set(tag, new Set([key]));
    }
  }

  forget(tags: readonly string[]): void {
    for (const tag of tags) for (const key of [...(this.keysByTag.get(tag) ?? [])]) this.entries.delete(key);
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
