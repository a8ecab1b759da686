import type { Readable } from 'node:stream';

/** What may be stored at a key. */
export interface NewObject {
  /** The media type, which a download has as `Content-Type`. */
  type: string;
  /** Text kept with the object, by name of `[a-z0-9-]`; at most 2,048 bytes of JSON. */
  metadata?: Readonly<Record<string, string>>;
}

/** An object as it is stored. */
export interface StoredObject extends Required<NewObject> {
  key: string;
  /** In bytes. */
  size: number;
  /** A strong entity tag (RFC 9110, 8.8.3), in quotes: another content has another tag. */
  etag: string;
  modifiedAt: Date;
}

/** An object of a listing. */
export type ListedObject = Pick<StoredObject, 'key' | 'size' | 'modifiedAt'>;

/** What was written, with the hash of its bytes. */
export interface WrittenObject {
  key: string;
  /** In bytes. */
  size: number;
  /** The SHA-256 of the content, in hex. */
  sha256: string;
}

/** The bytes from `start` to `end`, both included, counted from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

/** The bytes of an object: a stream, a buffer, or any other sequence of chunks. */
export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Stores files by key, whole or not at all. A key has segments of `[A-Za-z0-9_-]` with `/` between them, and is made by the
 * gateway: never pass one that a client has sent.
 *
 * Every method fails with `GatewayError`: STORAGE_FULL if there is no space, OVERLOADED if a folder cannot be used,
 * UPSTREAM_UNAVAILABLE if a remote storage does not answer.
 */
export abstract class ObjectStorage {
  /** The same for every process that uses the same storage. */
  abstract readonly identity: string;

  /**
   * Stores an object, which replaces another of its key at once when all bytes are written; until then, and if `source` or the
   * write fails, nothing of it is visible. What `source` throws is thrown.
   */
  abstract put(key: string, source: Source, object: NewObject): Promise<WrittenObject>;

  /** The object of a key; undefined if there is none. */
  abstract stat(key: string): Promise<StoredObject | undefined>;

  /** The content of an object, or a range of it; undefined if it was deleted or replaced since `stat`. */
  abstract read(object: StoredObject, range?: ByteRange): Promise<Readable | undefined>;

  /** Deletes an object. It is no error if there is none. */
  abstract delete(key: string): Promise<void>;

  /** The objects below a prefix, which ends with `/` or is empty; in no particular order. */
  abstract list(prefix: string): AsyncIterable<ListedObject>;

  /** Ends the connections. */
  abstract close(): Promise<void>;

  /** Deletes every object below a prefix. @returns their number */
  async deleteAll(prefix: string): Promise<number> {
    let count = 0;
    for await (const { key } of this.list(prefix)) {
      await this.delete(key);
      count += 1;
    }
    return count;
  }
}
