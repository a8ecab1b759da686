import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { GatewayError } from '#libs/errors';
import { checkedKey, checkedMetadata, checkedPrefix } from './keys.ts';
import {
  type ByteRange,
  type ListedObject,
  type NewObject,
  ObjectStorage,
  type Source,
  type StoredObject,
  type WrittenObject,
} from './object-storage.ts';
import type { BucketLocation } from './storage-url.ts';

/** The key of an S3 storage; without it the SDK looks for one in its usual places, as a role of the machine. */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

const CONNECT_MS = 2_000;
/** How long a storage has to begin its answer, and to go on with one, in milliseconds. */
const RESPONSE_MS = 10_000;
/** The same for the part of an upload, its way there included: 85 kB a second. */
const PART_MS = 60_000;
/** Connections: each client that downloads holds one for as long as it takes. */
const MAX_SOCKETS = 1_000;
const TRIES = 3;
/** The part of a multipart upload, of which two are in memory: S3's least, 5 MiB. */
const PART_BYTES = 5_242_880;

/** Stores objects in a bucket of S3, or of a storage with the same protocol. */
export class S3Storage extends ObjectStorage {
  readonly identity: string;
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly prefix: string;

  constructor(
    { bucket, prefix, region, endpoint }: BucketLocation,
    credentials?: S3Credentials,
    private readonly responseMs = RESPONSE_MS,
  ) {
    super();
    this.bucket = bucket;
    this.prefix = prefix;
    this.identity = `s3://${bucket}/${prefix} at ${endpoint ?? region}`;
    this.client = new S3Client({
      region,
      ...(endpoint && { endpoint, forcePathStyle: true }),
      ...(credentials && { credentials }),
      maxAttempts: TRIES,
      // Storages of other makes do not know the checksums that AWS added in 2024.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: PART_MS,
        // Otherwise it only warns, and waits on: findings/aws-sdk-request-timeout-warns.sh.
        throwOnRequestTimeout: true,
        httpAgent: { maxSockets: MAX_SOCKETS },
        httpsAgent: { maxSockets: MAX_SOCKETS },
      },
    });
  }

  async put(key: string, source: Source, { type, metadata }: NewObject): Promise<WrittenObject> {
    checkedKey(key);
    const hash = createHash('sha256');
    let size = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    const body = new PassThrough();
    const upload = new Upload({
      client: this.client,
      params: { ...this.named(key), Body: body, ContentType: type, Metadata: encoded(checkedMetadata(metadata)) },
      partSize: PART_BYTES,
      queueSize: 2,
    });
    const filling = pipeline(source, counted, body);
    // The first error is thrown, not the one that it causes in the other.
    let failure: Error | undefined;
    const sent = upload.done().catch((error: unknown) => {
      failure ??= asGatewayError(error);
      body.destroy();
    });
    await filling.catch(async (error: Error) => {
      failure ??= error;
      await upload.abort().catch(() => {});
    });
    await sent;
    if (failure) throw failure;
    return { key, size, sha256: hash.digest('hex') };
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    const found = await orUndefined(
      this.client.send(new HeadObjectCommand(this.named(checkedKey(key))), this.limit),
    );
    if (!found) return undefined;
    return {
      key,
      size: found.ContentLength!,
      etag: found.ETag!,
      type: found.ContentType ?? 'application/octet-stream',
      metadata: decoded(found.Metadata),
      modifiedAt: found.LastModified!,
    };
  }

  async read({ key, etag, size }: StoredObject, range?: ByteRange): Promise<Readable | undefined> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const found = await orUndefined(
      this.client.send(new GetObjectCommand({ ...this.named(checkedKey(key)), IfMatch: etag, Range }), this.limit),
    );
    if (!found) return undefined;
    const body = found.Body as IncomingMessage;
    const expected = range ? Math.min(range.end, size - 1) - range.start + 1 : size;
    if (found.ETag === etag && found.ContentLength === expected) return unlessStalled(body, this.responseMs);
    body.destroy();
    // Not every make of storage knows If-Match.
    if (found.ETag !== etag) return undefined;
    const detail = 'The storage of files returned another range.';
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', { source: 'storage', detail });
  }

  async delete(key: string): Promise<void> {
    await orUndefined(this.client.send(new DeleteObjectCommand(this.named(checkedKey(key))), this.limit));
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    const Prefix = `${this.prefix}${checkedPrefix(prefix)}`;
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: this.bucket, Prefix }, this.limit);
    try {
      for await (const { Contents = [] } of pages) {
        for (const { Key, Size, LastModified } of Contents)
          yield { key: Key!.slice(this.prefix.length), size: Size!, modifiedAt: LastModified! };
      }
    } catch (error) {
      throw asGatewayError(error);
    }
  }

  async close(): Promise<void> {
    this.client.destroy();
  }

  private get limit() {
    return { requestTimeout: this.responseMs };
  }

  private named(key: string) {
    return { Bucket: this.bucket, Key: `${this.prefix}${key}` };
  }
}

/** S3 keeps metadata as headers, which hold ASCII only. */
const encoded = (metadata: Record<string, string>): Record<string, string> =>
  mapped(metadata, (value) => encodeURIComponent(value));

const decoded = (metadata: Record<string, string> = {}): Record<string, string> =>
  mapped(metadata, (value) => decodeURIComponent(value));

const mapped = (record: Record<string, string>, change: (value: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

/** No such object, or another one in its place. */
const ABSENT = new Set([404, 412]);

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (ABSENT.has(statusOf(error)!) && (error as Error).name !== 'NoSuchBucket') return undefined;
    throw asGatewayError(error);
  }
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** A body that fails where nothing comes for a while, though all that came has been read: slow readers are not cut off. */
function unlessStalled(body: IncomingMessage, afterMs: number): Readable {
  let before = 0;
  const watch = setInterval(() => {
    const { bytesRead } = body.socket;
    const hasStalled = bytesRead === before && body.readableLength === 0 && !body.complete;
    if (hasStalled) body.destroy(asGatewayError(new Error('The body stalled.')));
    before = bytesRead;
  }, afterMs).unref();
  // Nobody may be reading yet, who will find it failed.
  return body.on('error', () => {}).once('close', () => clearInterval(watch));
}

function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (statusOf(error) === 507 || (error as Error).name === 'QuotaExceeded')
    return new GatewayError('STORAGE_FULL', { detail: 'There is no space for the file.', cause: error });
  return new GatewayError('UPSTREAM_UNAVAILABLE', {
    source: 'storage',
    detail: 'The storage of files does not answer.',
    cause: error,
  });
}
