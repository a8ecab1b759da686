import { createHash, type Hash } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import type { PartSource } from './part-source.ts';
import { offsetOf, type UploadPart, type UploadRecord } from './upload-record.ts';
import type { UploadStore } from './upload-store.ts';

/** A hash that a client has sent of a body. */
export interface Digest {
  algorithm: 'sha1' | 'sha256' | 'sha512';
  value: Buffer;
}

/** The size in bytes up to which the last part is written again with what follows, so that short requests do not make many. */
const SMALL_BYTES = 65_536;

/** Stores the bytes of bodies as parts of one upload, and names each part in the record of the upload. */
export class PartReceiver {
  /** @param save stores the record, which has got further parts */
  constructor(
    private readonly store: UploadStore,
    private readonly owner: string,
    private readonly record: UploadRecord,
    private readonly save: () => Promise<void>,
  ) {}

  /**
   * Receives a body. Its parts are named once each is stored; with a hash, together, after all have arrived and match.
   * @param digest the hash that the body must have
   * @param onProgress called with the new offset when a part is named; not with a hash
   * @throws {GatewayError} CHECKSUM_MISMATCH
   */
  async receive(source: PartSource, digest?: Digest, onProgress?: (offset: number) => void): Promise<void> {
    if (digest) return this.receiveWhole(source, digest);
    const { store, owner, record } = this;
    while (await source.hasMore()) {
      const last = record.parts.at(-1);
      const again = last && last.size < SMALL_BYTES ? [last] : [];
      const part = await store.savePart(owner, record.id, joined(store.contentOf(again), source.part()));
      await this.nameParts(record.parts.slice(0, record.parts.length - again.length), [part]);
      await store.deleteParts(again);
      onProgress?.(offsetOf(record));
    }
  }

  private async receiveWhole(source: PartSource, { algorithm, value }: Digest): Promise<void> {
    const { store, owner, record } = this;
    const hash = createHash(algorithm);
    const parts: UploadPart[] = [];
    try {
      while (await source.hasMore())
        parts.push(await store.savePart(owner, record.id, hashed(source.part(), hash)));
      if (source.failure) throw source.failure;
      if (!hash.digest().equals(value))
        throw new GatewayError('CHECKSUM_MISMATCH', { detail: `The ${algorithm} of the body is another.` });
    } catch (error) {
      await store.deleteParts(parts);
      throw error;
    }
    await this.nameParts(record.parts, parts);
  }

  /** Makes parts belong to the upload. If that cannot be stored, they are deleted, and the upload is what it was. */
  private async nameParts(kept: readonly UploadPart[], added: readonly UploadPart[]): Promise<void> {
    const before = this.record.parts;
    this.record.parts = [...kept, ...added];
    try {
      await this.save();
    } catch (error) {
      this.record.parts = before;
      await this.store.deleteParts(added).catch(() => {});
      throw error;
    }
  }
}

async function* joined(...sources: AsyncIterable<Buffer>[]): AsyncGenerator<Buffer> {
  for (const source of sources) yield* source;
}

async function* hashed(source: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}
