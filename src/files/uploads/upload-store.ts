import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { PersonalFiles } from '#gateway/files/personal-files';
import { ObjectStorage, type Source } from '#libs/object-storage';
import { Injectable } from '@nestjs/common';
import type { UploadPart, UploadRecord } from './upload-record.ts';

const ID = /^[A-Za-z0-9_-]{22}$/;
const JSON_TYPE = { type: 'application/json' };
const BYTES = { type: 'application/octet-stream' };

/** Stores uploads: a record for each, and the parts that were received, below the prefixes of their owner. */
@Injectable()
export class UploadStore {
  constructor(
    private readonly storage: ObjectStorage,
    private readonly files: PersonalFiles,
  ) {}

  /** An id that nobody can guess. */
  newId(): string {
    return randomBytes(16).toString('base64url');
  }

  /** The record of an owner's upload; undefined if there is none. */
  async find(owner: string, id: string): Promise<UploadRecord | undefined> {
    return ID.test(id) ? this.read(`${this.files.prefixOf(owner, 'uploads')}${id}`) : undefined;
  }

  /** Every record of an owner. */
  async all(owner: string): Promise<UploadRecord[]> {
    const records: UploadRecord[] = [];
    for await (const { key } of this.storage.list(this.files.prefixOf(owner, 'uploads'))) {
      const record = await this.read(key);
      if (record) records.push(record);
    }
    return records;
  }

  /** Stores a record, which replaces the one before. */
  async save(owner: string, record: UploadRecord): Promise<void> {
    const key = `${this.files.prefixOf(owner, 'uploads')}${record.id}`;
    await this.storage.put(key, [Buffer.from(JSON.stringify(record))], JSON_TYPE);
  }

  /** Stores a part. It belongs to no upload until a record names it. */
  async savePart(owner: string, id: string, source: Source): Promise<UploadPart> {
    const key = `${this.files.prefixOf(owner, 'parts')}${id}-${randomBytes(6).toString('base64url')}`;
    const { size } = await this.storage.put(key, source, BYTES);
    return { key, size };
  }

  /** The content of parts, one after another. @throws {Error} if a part is missing */
  async *contentOf(parts: readonly UploadPart[]): AsyncGenerator<Buffer> {
    for (const part of parts) {
      const object = await this.storage.stat(part.key);
      const content = object && (await this.storage.read(object));
      if (!content || object.size !== part.size) throw new Error('A part of an upload is missing.');
      yield* content as AsyncIterable<Buffer>;
    }
  }

  /** Deletes parts. */
  async deleteParts(parts: readonly UploadPart[]): Promise<void> {
    for (const { key } of parts) await this.storage.delete(key);
  }

  /** Deletes an upload with its parts. The record goes first: what is left of an interruption is swept later. */
  async delete(owner: string, { id, parts }: UploadRecord): Promise<void> {
    await this.storage.delete(`${this.files.prefixOf(owner, 'uploads')}${id}`);
    await this.deleteParts(parts);
  }

  /**
   * Deletes records that have expired, and parts that are so old that no upload can name them.
   * @returns the number of expired uploads, and of all deleted objects
   */
  async sweep(now: number, lifeMs: number): Promise<{ uploads: number; objects: number }> {
    const count = { uploads: 0, objects: 0 };
    const remove = async (key: string) => {
      await this.storage.delete(key);
      count.objects += 1;
    };
    for await (const { key } of this.storage.list('uploads/')) {
      const record = await this.read(key);
      if (!record || record.expiresAt > now) continue;
      for (const part of record.parts) await remove(part.key);
      await remove(key);
      count.uploads += 1;
    }
    // A part may be older than its upload where several were concatenated: by the life of one.
    for await (const { key, modifiedAt } of this.storage.list('parts/'))
      if (modifiedAt.getTime() < now - 2 * lifeMs) await remove(key);
    return count;
  }

  private async read(key: string): Promise<UploadRecord | undefined> {
    const object = await this.storage.stat(key);
    const content = object && (await this.storage.read(object));
    if (content) return (await json(Readable.from(content))) as UploadRecord;
    // Replaced while it was read.
    return object ? this.read(key) : undefined;
  }
}
