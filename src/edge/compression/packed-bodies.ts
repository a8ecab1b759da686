import { LRUCache } from 'lru-cache';
import type { Coding } from './accept-encoding.ts';
import { pack } from './pack.ts';

/** What an entry takes besides its bytes. */
const ENTRY_BYTES = 300;

/** No entry may have more than this part of the whole. */
const MAX_SHARE = 4;

/** Bodies that were packed, up to so many bytes in all, the least used forgotten first. */
export class PackedBodies {
  private readonly kept: LRUCache<string, Buffer>;
  private readonly underWay = new Map<string, Promise<Buffer>>();

  /** @param maxBytes of all of them */
  constructor(maxBytes: number) {
    this.kept = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.max(1, Math.floor(maxBytes / MAX_SHARE)),
      sizeCalculation: ({ length }) => length + ENTRY_BYTES,
    });
  }

  /** How many bytes are kept. */
  get bytes(): number {
    return this.kept.calculatedSize;
  }

  /** A body that is packed already. @param name no other body has it */
  known(name: string, coding: Coding): Buffer | undefined {
    return this.kept.get(coding + name);
  }

  /** A body in a coding: packed once, whoever asks. @param name no other body has it @param read gives its bytes */
  of(name: string, coding: Coding, read: () => Buffer | Promise<Buffer>): Buffer | Promise<Buffer> {
    const key = coding + name;
    const known = this.kept.get(key) ?? this.underWay.get(key);
    if (known) return known;
    const bytes = read();
    const packed = Buffer.isBuffer(bytes) ? pack(bytes, coding) : bytes.then((whole) => pack(whole, coding));
    if (Buffer.isBuffer(packed)) return this.keep(key, packed);
    const kept = packed.then((whole) => this.keep(key, whole)).finally(() => this.underWay.delete(key));
    this.underWay.set(key, kept);
    return kept;
  }

  private keep(key: string, packed: Buffer): Buffer {
    // zlib gives a part of a larger piece, all of which would be kept.
    const own = Buffer.allocUnsafeSlow(packed.length);
    packed.copy(own);
    this.kept.set(key, own);
    return own;
  }
}
