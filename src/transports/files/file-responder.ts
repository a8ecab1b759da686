import { Readable } from 'node:stream';
import { noteFailure } from '#gateway/edge/errors/failures';
import { breakOff } from '#gateway/edge/streams/break-off';
import { GatewayError } from '#libs/errors';
import { type ByteRange, ObjectStorage, type StoredObject } from '#libs/object-storage';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { byteRange } from './byte-range.ts';
import { attachment, inline } from './file-name.ts';
import { conditionStatus, isRangeOf } from './preconditions.ts';

/** How a file is sent. */
export interface FileResponse {
  /** The name that browsers save the file by. */
  name?: string;
  /** Whether pages may show it, of any site; by default browsers save it. For public pictures that the gateway has made, never for what people sent. */
  isInline?: boolean;
  /** `private, no-cache` by default: clients keep the file, and ask whether it has changed. */
  cacheControl?: string;
}

const NOT_FOUND = { detail: 'There is no such file.' };

/**
 * Sends stored objects with `Content-Length`, a strong `ETag` and `Last-Modified`, whole or by `Range` (RFC 9110, sections 13 and
 * 14), so that clients can resume a download. A transfer that fails is cut off, never ended early. Routes are `@Uncompressed()`:
 * a range counts uncompressed bytes.
 */
@Injectable()
export class FileResponder {
  constructor(private readonly storage: ObjectStorage) {}

  /** Sends the object of a key. @throws {GatewayError} NOT_FOUND, PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE */
  async sendKey(request: FastifyRequest, reply: FastifyReply, key: string, how: FileResponse = {}): Promise<void> {
    const object = await this.storage.stat(key);
    if (!object) throw new GatewayError('NOT_FOUND', NOT_FOUND);
    return this.send(request, reply, object, how);
  }

  /** Sends an object. @throws {GatewayError} as `sendKey` */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    object: StoredObject,
    how: FileResponse = {},
  ): Promise<void> {
    const { headers, method } = request;
    const status = conditionStatus(headers, object);
    if (status === 412)
      throw new GatewayError('PRECONDITION_FAILED', {
        detail: 'The file has changed: its entity tag is another.',
      });
    const validators = {
      'cache-control': how.cacheControl ?? 'private, no-cache',
      etag: object.etag,
      'last-modified': object.modifiedAt.toUTCString(),
      'accept-ranges': 'bytes',
      // Pages of front ends on other sites show it, too; a browser that revalidates takes the headers of a 304.
      ...(how.isInline && { 'cross-origin-resource-policy': 'cross-origin' }),
    };
    if (status === 304) return void (await reply.code(304).headers(validators).send(nothing(method)));
    // Ranges are defined for GET alone.
    const range =
      method === 'GET' && isRangeOf(ifRangeOf(headers), object)
        ? byteRange(headers.range, object.size)
        : undefined;
    if (range === 'unsatisfiable') throw unsatisfiable(object.size);
    const content = await this.contentOf(object, range, method);
    content.once('error', (error) => this.breakOff(request, reply, error));
    void reply.headers({ ...validators, ...contentHeaders(object, range, how) });
    // Until the response has ended: Fastify would send an empty one if the handler returned before.
    await reply.code(range ? 206 : 200).send(content);
  }

  /** Ends a response whose content failed midway; before, it is answered as any other error. */
  private breakOff(request: FastifyRequest, reply: FastifyReply, thrown: Error): void {
    if (!reply.raw.headersSent) return;
    const detail = 'The file could not be read to its end.';
    const known = thrown instanceof GatewayError ? thrown : undefined;
    noteFailure(
      request.context.log,
      known ?? new GatewayError('OVERLOADED', { source: 'storage', detail, cause: thrown }),
    );
    // It was not the client who left.
    request.isStream = true;
    breakOff(reply.raw);
  }

  private async contentOf(object: StoredObject, range: ByteRange | undefined, method: string): Promise<Readable> {
    if (method === 'HEAD') return Readable.from([]);
    const content = await this.storage.read(object, range);
    // Deleted since it was found.
    if (!content) throw new GatewayError('NOT_FOUND', NOT_FOUND);
    return content;
  }
}

/** Fastify's HEAD route sets `Content-Length: 0` unless the payload is a stream. */
const nothing = (method: string): Readable | undefined => (method === 'HEAD' ? Readable.from([]) : undefined);

const ifRangeOf = (headers: FastifyRequest['headers']): string | undefined =>
  headers['if-range'] as string | undefined;

const contentHeaders = ({ size, type }: StoredObject, range: ByteRange | undefined, how: FileResponse) => ({
  'content-type': type,
  'content-disposition': how.isInline ? inline(how.name) : attachment(how.name),
  'content-length': range ? range.end - range.start + 1 : size,
  ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${size}` }),
});

const unsatisfiable = (size: number): GatewayError =>
  new GatewayError('RANGE_NOT_SATISFIABLE', {
    detail: `The file has ${size} bytes.`,
    errors: [{ field: 'Range', message: `Must begin before byte ${size}` }],
    headers: { 'content-range': `bytes */${size}`, 'accept-ranges': 'bytes' },
  });
