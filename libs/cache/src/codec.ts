import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Entry } from './entry.ts';

/** Entries of at least this size are compressed, in bytes. */
const PACKED_FROM_BYTES = 2_048;
/** Larger entries are not shared, in bytes. */
const MAX_BYTES = 512 * 1024;

const PLAIN = 0;
const PACKED = 1;

/** An entry as stored in Redis. It is valid while each tag still has the version that is stored with it. */
interface Written {
  /** When it was requested, by `Date.now()`: `performance.now()` differs between machines. */
  at: number;
  freshMs: number;
  lifeMs: number;
  versions: readonly string[];
  value?: unknown;
}

/** An entry as bytes; undefined where it is too large to be shared. */
export function encoded(
  { storedAt, freshMs, lifeMs, value }: Entry,
  versions: readonly string[],
): Buffer | undefined {
  const at = Math.round(Date.now() - (performance.now() - storedAt));
  const written: Written = { at, freshMs, lifeMs, versions, value };
  const text = Buffer.from(JSON.stringify(written));
  if (text.length > MAX_BYTES) return undefined;
  const isPacked = text.length >= PACKED_FROM_BYTES;
  return Buffer.concat([Buffer.of(isPacked ? PACKED : PLAIN), isPacked ? zstdCompressSync(text) : text]);
}

/** Decodes an entry; undefined if the bytes are malformed, or a tag's version has changed since it was written. */
export function decoded(bytes: Buffer, tags: readonly string[], versions: readonly string[]): Entry | undefined {
  try {
    const body = bytes.subarray(1);
    const text = bytes[0] === PACKED ? zstdDecompressSync(body, { maxOutputLength: MAX_BYTES }) : body;
    const written = JSON.parse(text.toString()) as Written;
    if (written.versions.length !== versions.length) return undefined;
    if (written.versions.some((version, i) => version !== versions[i])) return undefined;
    const { at, freshMs, lifeMs, value } = written;
    return {
      value,
      storedAt: performance.now() - Math.max(0, Date.now() - at),
      freshMs,
      lifeMs,
      tags,
    };
  } catch {
    return undefined;
  }
}
