import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { KeyedQueue } from '#libs/process';
import { Injectable } from '@nestjs/common';
import { offsetOf, type UploadRecord, weightOf } from './upload-record.ts';
import { UploadCounts } from './upload-counts.ts';
import { UploadStore } from './upload-store.ts';

/** Bounds the uploads of a caller that no feature has taken yet, in size, number and bytes. */
@Injectable()
export class UploadQuota {
  readonly maxBytes: number;
  private readonly maxCount: number;
  private readonly quotaBytes: number;
  /** What an owner adds is counted one after another. */
  private readonly queue = new KeyedQueue();

  constructor(
    { UPLOAD_LIMIT_BYTES, UPLOAD_QUOTA_BYTES, MAX_UPLOADS_PER_CALLER }: Config,
    private readonly store: UploadStore,
    private readonly counts: UploadCounts,
  ) {
    this.maxBytes = Math.min(UPLOAD_LIMIT_BYTES, UPLOAD_QUOTA_BYTES);
    this.maxCount = MAX_UPLOADS_PER_CALLER;
    this.quotaBytes = UPLOAD_QUOTA_BYTES;
  }

  /**
   * Creates an upload if there is room for it.
   * @param length its size, or 0 if that is unknown
   * @throws {GatewayError} PAYLOAD_TOO_LARGE, CONFLICT if there are too many
   */
  async admit<T>(owner: string, length: number, create: () => Promise<T>): Promise<T> {
    if (length > this.maxBytes) throw tooLarge(this.maxBytes);
    return this.queue.run(owner, async () => {
      const others = await this.current(owner);
      if (others.length >= this.maxCount) throw tooMany(this.maxCount);
      if (length > this.roomBeside(others)) throw overQuota(this.quotaBytes);
      return create();
    });
  }

  /** How many bytes an upload of unknown length may have. */
  async roomFor(owner: string, { id }: UploadRecord): Promise<number> {
    const others = (await this.current(owner)).filter((other) => other.id !== id);
    return Math.min(this.maxBytes, Math.max(0, this.roomBeside(others)));
  }

  /**
   * Stores a record that has got further parts. One of unknown length is counted by what has arrived, also beside others that
   * are growing.
   * @throws {GatewayError} PAYLOAD_TOO_LARGE
   */
  async grow(owner: string, record: UploadRecord, save: () => Promise<void>): Promise<void> {
    if (record.length !== undefined) return save();
    return this.queue.run(owner, async () => {
      const others = (await this.current(owner)).filter(({ id }) => id !== record.id);
      if (offsetOf(record) > this.roomBeside(others)) throw overQuota(this.quotaBytes);
      await save();
    });
  }

  private roomBeside(others: readonly UploadRecord[]): number {
    return this.quotaBytes - others.reduce((sum, other) => sum + weightOf(other), 0);
  }

  /** The uploads that count; those that have expired are deleted. */
  private async current(owner: string): Promise<UploadRecord[]> {
    const all = await this.store.all(owner);
    const expired = all.filter(({ expiresAt }) => expiresAt <= Date.now());
    for (const record of expired) await this.store.delete(owner, record);
    this.counts.end('expired', expired.length);
    return all.filter((record) => !expired.includes(record) && record.keptAs === undefined);
  }
}

const tooLarge = (max: number) =>
  new GatewayError('PAYLOAD_TOO_LARGE', {
    detail: `An upload may have ${max} bytes.`,
    errors: [{ field: 'Upload-Length', message: `Must be at most ${max}` }],
  });

const overQuota = (max: number) =>
  new GatewayError('PAYLOAD_TOO_LARGE', {
    detail: `Your unfinished uploads may have ${max} bytes together: finish or delete one first.`,
  });

const tooMany = (max: number) =>
  new GatewayError('CONFLICT', { detail: `You may have ${max} unfinished uploads: finish or delete one first.` });
