import { LRUCache } from 'lru-cache';
import type { Coding } from './accept-encoding.ts';
import { pack } from './pack.ts';

/** The memory of an entry beside its bytes, estimated. */
const ENTRY_BYTES = 300;

/** The largest entry is the total divided by this. */
const MAX_SHARE = 4;

/** A least-recently-used cache of compressed bodies, limited by bytes. */
export class PackedBodies {
  private readonly cache: LRUCache<string, Buffer>;
  private readonly underWay = new Map<string, Promise<Buffer>>();

  /** @param maxBytes the limit for all bodies together */
  constructor(maxBytes: number) {
    this.cache = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.max(1, Math.floor(maxBytes / MAX_SHARE)),
      sizeCalculation: ({ length }) => length + ENTRY_BYTES,
    });
  }

  /** The size of the cached bodies, in bytes. */
  get bytes(): number {
    return this.cache.calculatedSize;
  }

  /** A body that is cached in this coding. @param name unique for the body */
  cached(name: string, coding: Coding): Buffer | undefined {
    return this.cache.get(coding + name);
  }

  /**
   * A body in a coding; concurrent requests share one compression. @param name unique for the body @param read
   * reads the uncompressed bytes
   */
  of(name: string, coding: Coding, read: () => Buffer | Promise<Buffer>): Buffer | Promise<Buffer> {
    const key = coding + name;
    const known = this.cache.get(key) ?? this.underWay.get(key);
    if (known) return known;
    const bytes = read();
    const packed = Buffer.isBuffer(bytes) ? pack(bytes, coding) : bytes.then((whole) => pack(whole, coding));
    if (Buffer.isBuffer(packed)) return this.keep(key, packed);
    const kept = packed.then((whole) => this.keep(key, whole)).finally(() => this.underWay.delete(key));
    this.underWay.set(key, kept);
    return kept;
  }

  private keep(key: string, packed: Buffer): Buffer {
    // zlib returns a view of a larger buffer, which would stay in memory.
    const own = Buffer.allocUnsafeSlow(packed.length);
    packed.copy(own);
    this.cache.set(key, own);
    return own;
  }
}
