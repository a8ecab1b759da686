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
    /** The SHA-256 of the uncompressed body, if its entity tag is made from it. */
    digest: string | undefined;
  }
}

/** The largest file that is compressed, in bytes, since compression holds the whole file in memory. */
const MAX_FILE_BYTES = 4_194_304;

const SHARED = /\bpublic\b/i;

/** Whether a payload is a file: a stream of known length and entity tag, unlike a stream of events. */
export const isFile = (payload: unknown): payload is Readable => payload instanceof Readable;

/** Whether a payload is a stream whose length is not known before its end. */
export const isOpenEnded = (payload: unknown, reply: FastifyReply): payload is Readable =>
  payload instanceof Readable && !reply.hasHeader('content-length');

/**
 * The size of a payload in bytes; undefined for none, for a stream of unknown length, and for a file that is too
 * large.
 */
export function lengthOf(payload: unknown, reply: FastifyReply): number | undefined {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  if (Buffer.isBuffer(payload)) return payload.length;
  if (!isFile(payload) || !reply.hasHeader('etag') || !reply.hasHeader('content-length')) return undefined;
  const length = Number(reply.getHeader('content-length'));
  return length <= MAX_FILE_BYTES ? length : undefined;
}

/** Compresses a body. One that comes again is compressed once, and then reused. */
export function packBody(
  body: string | Buffer,
  request: FastifyRequest,
  reply: FastifyReply,
  coding: Coding,
  packed: PackedBodies,
): Buffer | Promise<Buffer> {
  const bytes = () => (typeof body === 'string' ? Buffer.from(body) : body);
  if (!comesAgain(request, reply)) return pack(bytes(), coding);
  return packed.of(request.digest ?? hash('sha256', body, 'base64url'), coding, bytes);
}

/** Whether a body is made only of cached parts, or is a document that shared caches may keep. */
function comesAgain({ context }: FastifyRequest, reply: FastifyReply): boolean {
  const freshness = freshnessOf(context);
  if (!freshness) return SHARED.test(String(reply.getHeader('cache-control') ?? ''));
  return freshness.hits > 0 && freshness.misses === 0 && !context.degraded.length;
}

/**
 * Compresses a file, or reuses its compressed bytes.
 * @returns undefined for a `HEAD` if the file was not compressed before, since the length is unknown
 */
export function packFile(
  file: Readable,
  { url, method }: FastifyRequest,
  reply: FastifyReply,
  coding: Coding,
  packed: PackedBodies,
): Buffer | Promise<Buffer> | undefined {
  const name = `${url.split('?', 1)[0]!}\n${String(reply.getHeader('etag'))}`;
  if (method === 'HEAD') return packed.cached(name, coding);
  let isRead = false;
  const body = packed.of(name, coding, () => {
    isRead = true;
    return buffer(file);
  });
  if (!isRead) file.destroy();
  return body;
}
