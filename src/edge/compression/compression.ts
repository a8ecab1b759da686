import type { Readable } from 'node:stream';
import type { DoneWithPayload, Hooks, Parts } from '#gateway/edge/stage/stage';
import { GatewayError } from '#libs/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptedCodings, type AnyCoding, type Coding, CODINGS } from './accept-encoding.ts';
import { codedTag } from './coded-tags.ts';
import { isFile, isOpenEnded, lengthOf, packBody, packFile } from './bodies.ts';
import { mayBeCoded } from './may-be-coded.ts';
import { packStream } from './pack-stream.ts';
import { PackedBodies } from './packed-bodies.ts';
import { varyByCoding } from './vary-by-coding.ts';

/**
 * Compresses responses with the coding their client prefers: `zstd`, `br` or `gzip` (RFC 9110, 12.5.3). A body
 * made from the cache is compressed once and kept; a stream is compressed as it is read. Refuses requests that accept no coding and not `identity` with
 * 406, before any work is done.
 */
export function compression({ config }: Parts): Pick<Hooks, 'onRequest' | 'onSend'> {
  if (config.COMPRESSION === 'off') return OFF;
  const packed = new PackedBodies(config.COMPRESSION_MEMORY_BYTES);
  return {
    onRequest({ headers }, _reply, done) {
      if (acceptedCodings(headers['accept-encoding']).length) return done();
      done(new GatewayError('NOT_ACCEPTABLE', { detail: `Available: ${CODINGS.join(', ')}, identity.` }));
    },
    onSend(request, reply, payload, done) {
      if (!mayBeCoded(request, reply)) return done(null, payload);
      varyByCoding(reply);
      // It has no content, though a stream may stand for none, and its tag is already that of the client's coding.
      if (reply.statusCode === 304) return done(null, payload);
      if (isOpenEnded(payload, reply)) {
        const coding = codingFor(request, Infinity, config.COMPRESSION_MIN_BYTES);
        if (coding === 'identity') return done(null, payload);
        return send(reply, coding, packStream(payload, coding), done);
      }
      const length = lengthOf(payload, reply);
      if (length === undefined) return done(null, payload);
      const coding = codingFor(request, length, config.COMPRESSION_MIN_BYTES);
      if (coding === 'identity') return done(null, payload);
      const body = isFile(payload)
        ? (packFile(payload, request, reply, coding, packed) ?? payload)
        : packBody(payload as string | Buffer, request, reply, coding, packed);
      if ('then' in body) body.then((whole) => send(reply, coding, whole, done), done);
      else send(reply, coding, body, done);
    },
  };
}

const OFF: Pick<Hooks, 'onRequest' | 'onSend'> = {
  onRequest: (_request, _reply, done) => done(),
  onSend: (_request, _reply, payload, done) => done(null, payload),
};

/** The coding of a response; short ones are sent uncompressed if the client accepts `identity`. */
function codingFor({ headers }: FastifyRequest, length: number, minBytes: number): AnyCoding {
  const accepted = acceptedCodings(headers['accept-encoding']);
  return length < minBytes && accepted.includes('identity') ? 'identity' : (accepted[0] ?? 'identity');
}

function send(reply: FastifyReply, coding: Coding, body: Buffer | Readable, done: DoneWithPayload): void {
  const etag = reply.getHeader('etag');
  if (etag !== undefined) void reply.header('etag', codedTag(String(etag), coding));
  // Both describe the uncompressed body.
  for (const name of ['content-length', 'accept-ranges']) if (reply.hasHeader(name)) void reply.removeHeader(name);
  void reply.header('content-encoding', coding);
  done(null, body);
}
