import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Audit } from '#gateway/identity/audit/audit';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { LOOK_BYTES, mediaTypeOf } from './media-type.ts';
import { UploadCounts } from './upload-counts.ts';
import { type UploadedFile, UploadInspections } from './upload-inspections.ts';
import { offsetOf, type UploadRecord } from './upload-record.ts';
import { UploadStore } from './upload-store.ts';

/** Inspects an upload of which all bytes have arrived, and marks it complete. */
@Injectable()
export class FinishUpload {
  constructor(
    private readonly store: UploadStore,
    private readonly inspections: UploadInspections,
    private readonly audit: Audit,
    private readonly counts: UploadCounts,
  ) {}

  /**
   * Finishes an upload; once more is harmless. One that is refused with a 4xx is deleted.
   * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE, CHECKSUM_MISMATCH, what inspections throw
   */
  async run(context: Context, owner: string, record: UploadRecord): Promise<void> {
    if (record.isComplete) return;
    try {
      if (!record.isPart) await this.inspect(context, record);
    } catch (error) {
      if (error instanceof GatewayError && error.status < 500) {
        await this.refuse(owner, record);
        this.audit.write(context, 'upload.refused', { userId: context.caller.id, reason: error.code });
      }
      throw error;
    }
    record.isComplete = true;
    await this.store.save(owner, record);
    this.counts.end('complete');
  }

  /** Deletes an upload that cannot be used. */
  async refuse(owner: string, record: UploadRecord): Promise<void> {
    await this.store.delete(owner, record);
    this.counts.end('refused');
  }

  /** The file of a complete upload. */
  fileOf(record: UploadRecord): UploadedFile {
    const { id, name, foundType, parts } = record;
    const content = () => Readable.from(this.store.contentOf(parts), { objectMode: false });
    return { id, name, type: foundType!, size: offsetOf(record), content };
  }

  private async inspect(context: Context, record: UploadRecord): Promise<void> {
    record.foundType = await mediaTypeOf(await this.headOf(record), record.type);
    if (record.sha256 !== undefined && record.sha256 !== (await this.sha256Of(record)))
      throw new GatewayError('CHECKSUM_MISMATCH', { detail: 'The SHA-256 of the file is another.' });
    await this.inspections.run(context, this.fileOf(record));
  }

  private async headOf({ parts }: UploadRecord): Promise<Buffer> {
    let head = Buffer.alloc(0);
    for await (const chunk of this.store.contentOf(parts)) {
      head = Buffer.concat([head, chunk]);
      if (head.length >= LOOK_BYTES) break;
    }
    return head.subarray(0, LOOK_BYTES);
  }

  private async sha256Of({ parts }: UploadRecord): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of this.store.contentOf(parts)) hash.update(chunk);
    return hash.digest('hex');
  }
}
