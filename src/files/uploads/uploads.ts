import { Readable } from 'node:stream';
import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { FinishUpload } from './finish-upload.ts';
import { PartSource } from './part-source.ts';
import { type Digest, PartReceiver } from './part-receiver.ts';
import { UploadCounts } from './upload-counts.ts';
import { QUICK, UploadLocks, type Writer } from './upload-locks.ts';
import { UploadQuota } from './upload-quota.ts';
import { type NewUpload, offsetOf, type UploadRecord } from './upload-record.ts';
import { UploadStore } from './upload-store.ts';

/** What a request appends to an upload. */
export interface Append {
  /** Where the client goes on. */
  offset: number;
  /** The size of the whole file, if the request has it. */
  length?: number;
  /** The size of the body by its `Content-Length`; undefined if it is chunked. */
  contentLength?: number;
  /** Whether the body is the end of the file; undefined if the length decides that. */
  isLast?: boolean;
  /** The hash of the body, which is kept whole or not at all. */
  digest?: Digest;
  /** Whether the client has left: the request ends, as soon as what has arrived is stored. */
  isGone?(): boolean;
  /** Called with the new offset when a part is stored. */
  onProgress?(offset: number): void;
}

/**
 * Resumable uploads, whatever protocol they come by. An upload belongs to its caller; for others it is not there. The offset is
 * what is stored, so that an upload survives the end of the gateway, and another gateway goes on with it.
 */
@Injectable()
export class Uploads {
  /** The largest upload, in bytes. */
  readonly maxBytes: number;
  private readonly lifeMs: number;

  constructor(
    { UPLOAD_LIFE_MS }: Config,
    private readonly store: UploadStore,
    private readonly quota: UploadQuota,
    private readonly locks: UploadLocks,
    private readonly finishing: FinishUpload,
    private readonly counts: UploadCounts,
  ) {
    this.maxBytes = quota.maxBytes;
    this.lifeMs = UPLOAD_LIFE_MS;
  }

  /** Creates an upload. @throws {GatewayError} PAYLOAD_TOO_LARGE, CONFLICT if the caller has too many */
  create(context: Context, upload: NewUpload): Promise<UploadRecord> {
    const owner = ownerOf(context);
    return this.quota.admit(owner, upload.length ?? 0, async () => {
      const expiresAt = Date.now() + this.lifeMs;
      const record: UploadRecord = { ...upload, id: this.store.newId(), expiresAt, parts: [], isComplete: false };
      await this.store.save(owner, record);
      this.counts.started += 1;
      return record;
    });
  }

  /** An upload of the caller. @throws {GatewayError} NOT_FOUND, GONE if it has expired */
  async find(context: Context, id: string): Promise<UploadRecord> {
    const owner = ownerOf(context);
    const record = await this.store.find(owner, id);
    if (!record) throw new GatewayError('NOT_FOUND', { detail: 'There is no such upload.' });
    if (record.expiresAt > Date.now()) return record;
    await this.store.delete(owner, record);
    this.counts.end('expired');
    throw new GatewayError('GONE', { detail: 'The upload has expired.' });
  }

  /** The state of an upload, after what a client that has left was still sending is stored. @throws as `find` */
  async state(context: Context, id: string): Promise<UploadRecord> {
    await this.locks.settled(id);
    return this.find(context, id);
  }

  /** The state of an upload while nothing writes to it. @throws as `find`; LOCKED */
  async settledState(context: Context, id: string): Promise<UploadRecord> {
    const record = await this.find(context, id);
    await this.locks.refuseWhileHeld(id);
    return offsetOf(record) === record.length ? record : this.find(context, id);
  }

  /**
   * Appends a body to an upload. If the body ends early, what has arrived is kept.
   * @throws {GatewayError} NOT_FOUND, GONE, LOCKED, OFFSET_MISMATCH with `Upload-Offset`, PAYLOAD_TOO_LARGE, CHECKSUM_MISMATCH,
   * and BAD_REQUEST or REQUEST_TIMEOUT of the body; where it completes the upload, UNSUPPORTED_MEDIA_TYPE and what inspections
   * throw
   */
  async append(
    context: Context,
    id: string,
    given: Append,
    body: Readable = Readable.from([]),
  ): Promise<UploadRecord> {
    await this.find(context, id);
    let source: PartSource | undefined;
    const writer: Writer = {
      isGone: () => given.isGone?.() ?? false,
      silentMs: () => source?.silentMs ?? 0,
      end: () => source?.end(new GatewayError('LOCKED', { detail: 'Another request goes on with this upload.' })),
    };
    return this.locks.hold(id, writer, async () => {
      const owner = ownerOf(context);
      const record = await this.find(context, id);
      source = new PartSource(body, await this.room(owner, record, given));
      const save = () => this.quota.grow(owner, record, () => this.store.save(owner, record));
      if (given.offset > 0) this.counts.resumed += 1;
      const receiver = new PartReceiver(this.store, owner, record, save);
      try {
        await receiver.receive(source, given.digest, given.onProgress);
      } finally {
        this.counts.bytes += offsetOf(record) - given.offset;
      }
      if (source.failure) {
        // More than the client has announced: which part of it is the file, nobody knows.
        if (isTooLarge(source.failure)) await this.finishing.refuse(owner, record);
        throw source.failure;
      }
      const offset = offsetOf(record);
      if (given.isLast) record.length ??= offset;
      if (given.isLast && record.length !== offset) throw inconsistent(record.length!);
      if (given.isLast ?? offset === record.length) await this.finishing.run(context, owner, record);
      return record;
    });
  }

  /** As `append`, for an upload whose URL its client does not know yet: it is cancelled if that fails. */
  async appendOrCancel(context: Context, id: string, given: Append, body?: Readable): Promise<UploadRecord> {
    try {
      return await this.append(context, id, given, body);
    } catch (error) {
      await this.cancel(context, id).catch(() => {});
      throw error;
    }
  }

  /**
   * Makes one upload of several, whose contents follow one another. Each can be taken once.
   * @throws {GatewayError} BAD_REQUEST if one is not complete; NOT_FOUND; LOCKED if another request takes or deletes one
   */
  async concatenate(context: Context, ids: readonly string[], upload: NewUpload): Promise<UploadRecord> {
    await Promise.all(ids.map((id) => this.find(context, id)));
    return this.locks.holdAll([...new Set(ids)], () => this.concatenated(context, ids, upload));
  }

  private async concatenated(context: Context, ids: readonly string[], upload: NewUpload): Promise<UploadRecord> {
    const owner = ownerOf(context);
    const sources = await Promise.all(ids.map((id) => this.find(context, id)));
    if (sources.some(({ isPart, isComplete }) => !isPart || !isComplete))
      throw refusal('BAD_REQUEST', 'Upload-Concat', 'Must name uploads that are complete, and partial');
    const parts = sources.flatMap((source) => source.parts);
    const length = parts.reduce((sum, { size }) => sum + size, 0);
    if (length > this.maxBytes)
      throw refusal('PAYLOAD_TOO_LARGE', 'Upload-Concat', `Must have ${this.maxBytes} bytes`);
    const expiresAt = Math.min(...sources.map((source) => source.expiresAt));
    const record: UploadRecord = {
      ...upload,
      id: this.store.newId(),
      length,
      expiresAt,
      parts,
      isComplete: false,
    };
    await this.store.save(owner, record);
    // The parts belong to the new upload from now on.
    for (const source of sources) await this.store.delete(owner, { ...source, parts: [] });
    await this.finishing.run(context, owner, record);
    return record;
  }

  /** Deletes an upload. @throws {GatewayError} NOT_FOUND, GONE, LOCKED */
  async cancel(context: Context, id: string): Promise<void> {
    await this.find(context, id);
    await this.locks.hold(id, QUICK, async () => {
      const record = await this.find(context, id);
      await this.store.delete(ownerOf(context), record);
      if (!record.isComplete) this.counts.end('cancelled');
    });
  }

  /** How many bytes a body may have. @throws {GatewayError} if the request does not fit the upload */
  private async room(owner: string, record: UploadRecord, given: Append): Promise<number> {
    const offset = offsetOf(record);
    if (given.offset !== offset) throw wrongOffset(offset, given.offset);
    const length =
      given.length ??
      (given.isLast && given.contentLength !== undefined ? offset + given.contentLength : undefined);
    if (length !== undefined && record.length !== undefined && length !== record.length)
      throw inconsistent(record.length);
    if (length !== undefined && length < offset)
      throw refusal('BAD_REQUEST', 'Upload-Length', `Must be at least ${offset}, which has arrived`);
    const room = record.length === undefined ? await this.quota.roomFor(owner, record) : record.length;
    if ((length ?? 0) > room || offset + (given.contentLength ?? 0) > room)
      throw new GatewayError('PAYLOAD_TOO_LARGE', { detail: `The upload may have ${room} bytes.` });
    if (length !== undefined && record.length === undefined) {
      record.length = length;
      await this.store.save(owner, record);
    }
    return (length ?? room) - offset;
  }
}

/** Whose uploads a caller has. */
export function ownerOf({ caller }: Context): string {
  const owner = caller.id ?? (caller.apiKeyId && `api-key ${caller.apiKeyId}`);
  if (!owner) throw new GatewayError('UNAUTHENTICATED');
  return owner;
}

const isTooLarge = (error: Error): boolean => error instanceof GatewayError && error.code === 'PAYLOAD_TOO_LARGE';

function wrongOffset(offset: number, given: number): GatewayError {
  const errors = [{ field: 'Upload-Offset', message: `Must be ${offset}, is ${given}` }];
  const detail = `The upload goes on at byte ${offset}.`;
  return new GatewayError('OFFSET_MISMATCH', { detail, errors, headers: { 'upload-offset': `${offset}` } });
}

const inconsistent = (length: number): GatewayError =>
  refusal('BAD_REQUEST', 'Upload-Length', `Must be ${length}, as before`);

function refusal(code: 'BAD_REQUEST' | 'PAYLOAD_TOO_LARGE', field: string, message: string): GatewayError {
  return new GatewayError(code, { detail: `${field}: ${message}.`, errors: [{ field, message }] });
}
