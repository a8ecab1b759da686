import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { freshnessOf } from '#libs/cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Coding } from './accept-encoding.ts';
import { pack } from './pack.ts';
import type { PackedBodies } from './packed-bodies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** A hash of the body that is sent, where its entity tag is made of one. */
    digest: string | undefined;
  }
}

/** A file that is longer is sent as it is: it would be read whole. */
const MAX_FILE_BYTES = 4_194_304;

/** A stream of something finished: it has a length, and a tag of its version. No event waits in it. */
export const isFile = (payload: unknown): payload is Readable => payload instanceof Readable;

/** How many bytes there are to pack; undefined where there is nothing, or a stream of which nobody knows. */
export function lengthOf(payload: unknown, reply: FastifyReply): number | undefined {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  if (Buffer.isBuffer(payload)) return payload.length;
  if (!isFile(payload) || !reply.hasHeader('etag') || !reply.hasHeader('content-length')) return undefined;
  const length = Number(reply.getHeader('content-length'));
  return length <= MAX_FILE_BYTES ? length : undefined;
}

/** Packs a body, or finds it packed where it will come again: it was made of nothing but what is cached. */
export function packBody(
  body: string | Buffer,
  request: FastifyRequest,
  coding: Coding,
  packed: PackedBodies,
): Buffer | Promise<Buffer> {
  const bytes = () => (typeof body === 'string' ? Buffer.from(body) : body);
  if (!comesAgain(request)) return pack(bytes(), coding);
  return packed.of(request.digest ?? hash('sha256', body, 'base64url'), coding, bytes);
}

function comesAgain({ context }: FastifyRequest): boolean {
  const freshness = freshnessOf(context);
  return freshness !== undefined && freshness.hits > 0 && freshness.misses === 0 && !context.degraded.length;
}

/**
 * Packs a file, or finds it packed.
 * @returns undefined for a `HEAD` while nobody has read the file: how long it would be is not known
 */
export function packFile(
  file: Readable,
  { url, method }: FastifyRequest,
  reply: FastifyReply,
  coding: Coding,
  packed: PackedBodies,
): Buffer | Promise<Buffer> | undefined {
  const name = `${url.split('?', 1)[0]!}\n${String(reply.getHeader('etag'))}`;
  if (method === 'HEAD') return packed.known(name, coding);
  let isRead = false;
  const body = packed.of(name, coding, () => {
    isRead = true;
    return buffer(file);
  });
  if (!isRead) file.destroy();
  return body;
}
