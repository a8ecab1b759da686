import { Config } from '#gateway/config/config';
import { PersonalFiles } from '#gateway/files/personal-files';
import { GatewayError } from '#libs/errors';
import { ObjectStorage, type StoredObject } from '#libs/object-storage';
import { KeyedQueue } from '#libs/process';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { FinishUpload } from './finish-upload.ts';
import { mediaTypeIn } from './media-type.ts';
import type { UploadedFile } from './upload-inspections.ts';
import { QUICK, UploadLocks } from './upload-locks.ts';
import { offsetOf, type UploadRecord } from './upload-record.ts';
import { UploadStore } from './upload-store.ts';
import { ownerOf, Uploads } from './uploads.ts';

/** What a feature takes. */
export interface Keeping {
  /** The media types that it takes. */
  types: readonly string[];
  /** In bytes. */
  maxBytes: number;
}

/** Where and how a feature keeps a file. */
export interface KeptFile extends Keeping {
  /** Where it is kept; another file there is replaced. */
  key: string;
}

/** Gives completed uploads to features. */
@Injectable()
export class KeptUploads {
  private readonly quotaBytes: number;
  /** The copies of each owner: the quota counts one after another. */
  private readonly queue = new KeyedQueue();

  constructor(
    { FILES_QUOTA_BYTES }: Config,
    private readonly uploads: Uploads,
    private readonly finishing: FinishUpload,
    private readonly store: UploadStore,
    private readonly locks: UploadLocks,
    private readonly files: PersonalFiles,
    private readonly storage: ObjectStorage,
  ) {
    this.quotaBytes = FILES_QUOTA_BYTES;
  }

  /**
   * A completed upload of the caller that a feature may use.
   * @throws {GatewayError} NOT_FOUND, GONE, CONFLICT if it is not complete, UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE
   */
  async file(context: Context, id: string, { types, maxBytes }: Keeping): Promise<UploadedFile> {
    const record = await this.uploads.find(context, id);
    await this.finish(context, record);
    return checked(this.finishing.fileOf(record), types, maxBytes);
  }

  /**
   * Copies a completed upload to where a feature keeps it. Once more, with the same key, returns what is there.
   * @throws {GatewayError} as `file`; LOCKED; PAYLOAD_TOO_LARGE also if the person's files would be too large together
   */
  async keep(context: Context, id: string, { key, types, maxBytes }: KeptFile): Promise<StoredObject> {
    await this.uploads.find(context, id);
    return this.locks.hold(id, QUICK, async () => {
      const record = await this.uploads.find(context, id);
      if (record.keptAs === undefined) {
        await this.finish(context, record);
        const file = checked(this.finishing.fileOf(record), types, maxBytes);
        await this.queue.run(ownerOf(context), () => this.copy(context, record, key, file));
      }
      const kept = record.keptAs === key ? await this.storage.stat(key) : undefined;
      if (!kept) throw new GatewayError('CONFLICT', { detail: 'The upload was used already.' });
      return kept;
    });
  }

  private async copy(context: Context, record: UploadRecord, key: string, file: UploadedFile): Promise<void> {
    const owner = ownerOf(context);
    if ((await this.files.sizeOf(owner)) + file.size > this.quotaBytes)
      throw new GatewayError('PAYLOAD_TOO_LARGE', {
        detail: `Your files may have ${this.quotaBytes} bytes together.`,
      });
    const metadata: Record<string, string> =
      file.name === undefined ? {} : { name: file.name.slice(0, 200).toWellFormed() };
    await this.storage.put(key, file.content(), { type: file.type, metadata });
    const { parts } = record;
    Object.assign(record, { keptAs: key, parts: [] });
    await this.store.save(owner, record);
    await this.store.deleteParts(parts);
  }

  /** An inspection may have failed for want of a service when the last byte came. */
  private async finish(context: Context, record: UploadRecord): Promise<void> {
    if (offsetOf(record) === record.length) await this.finishing.run(context, ownerOf(context), record);
    if (!record.isComplete || record.isPart)
      throw new GatewayError('CONFLICT', { detail: 'The upload is not complete.' });
  }
}

function checked(file: UploadedFile, types: readonly string[], maxBytes: number): UploadedFile {
  if (!types.includes(mediaTypeIn(file.type)!)) {
    const errors = [{ field: 'uploadId', message: `Must be one of: ${types.join(', ')}` }];
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', { detail: `The file is ${file.type}.`, errors });
  }
  if (file.size <= maxBytes) return file;
  const errors = [{ field: 'uploadId', message: `Must have at most ${maxBytes} bytes` }];
  throw new GatewayError('PAYLOAD_TOO_LARGE', { detail: `The file has ${file.size} bytes.`, errors });
}
