import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { streamedOf } from '#gateway/declare/streamed-body';
import type { Hooks } from '#gateway/edge/stage/stage';
import type { FastifyRequest } from 'fastify';
import { hasBody } from './has-body.ts';

/**
 * How long the rest of a body is read after its answer, in milliseconds: while something comes in each of these spans, and no
 * longer than that. A phone that sends a picture reads no answer before its end. These are nginx's, too (`lingering_close`).
 */
const [QUIET_MS, LINGER_MS] = [5_000, 30_000];
/** How often it is looked whether the end of an HTTP/2 answer has been sent, in milliseconds. */
const POLL_MS = 10;

/**
 * The statuses after which the client may keep the connection. After 408 (too slow) and 503 (too many) it is
 * closed.
 */
const GOES_ON = new Set([400, 413, 415]);

const refused = new WeakSet<FastifyRequest>();

/** Marks a request whose body was refused, whether or not all of it was read. */
export const markRefused = (request: FastifyRequest): void => void refused.add(request);

/**
 * Ends an upload that goes on after its answer, for example a 401. HTTP/2 resets the stream (RFC 9113, section
 * 8.1).
 */
export const unreadBodies = (): Pick<Hooks, 'onSend' | 'onResponse'> => ({
  // Fastify closes the connection right after such a refusal. A client that is still sending then gets a reset,
  // and may lose the response (RFC 9112, section 9.6): browsers and `fetch` report a network error.
  // One that waits for 100 sends nothing, and needs another connection for its next request.
  onSend(request, reply, payload, done) {
    const isSent = request.headers.expect === undefined;
    if (GOES_ON.has(reply.statusCode) && refused.has(request) && isSent) void reply.removeHeader('connection');
    if (!request.raw.complete && hasBody(request)) endAfterAnswer(request, isSent);
    done(null, payload);
  },

  onResponse(request, _reply, done) {
    const { raw } = request;
    done();
    discard(request);
    if ('stream' in raw || raw.complete || raw.destroyed || !hasBody(request)) return;
    readOn(raw);
  },
});

/** Reads what a client still sends, and ends its connection when that does not end. */
function readOn(request: IncomingMessage): void {
  const { socket } = request;
  const startedAt = performance.now();
  let { bytesRead } = socket;
  const check = setInterval(() => {
    if (socket.bytesRead === bytesRead || performance.now() - startedAt >= LINGER_MS) socket.destroy();
    bytesRead = socket.bytesRead;
  }, QUIET_MS).unref();
  request.once('close', () => clearInterval(check)).once('end', () => clearInterval(check));
}

/** Ends what still comes after an answer. Over HTTP/2 a response is finished, for Node and Fastify, when its stream has closed. */
function endAfterAnswer(request: FastifyRequest, isSent: boolean): void {
  const { raw } = request;
  if (!('stream' in raw)) return void (isSent && closeAfterBody(raw));
  const stream = raw.stream as ServerHttp2Stream;
  const end = () => {
    // A stream with a body that waits to be read does not close.
    discard(request);
    resetAfterEnd(stream, raw);
  };
  // Node has ended the stream of a HEAD, whose answer has no content, before it emits the request.
  if (stream.writableFinished) end();
  else stream.once('finish', end);
}

/** Discards what a handler has not read. */
function discard(request: FastifyRequest): void {
  if (streamedOf(request)) (request.body as Readable | undefined)?.destroy();
}

/** Node has written an answer before it sends END_STREAM: a reset in between would cut the answer off. */
function resetAfterEnd(stream: ServerHttp2Stream, request: FastifyRequest['raw']): void {
  if (stream.destroyed || request.complete) return;
  if (stream.state.localClose) stream.close();
  else setTimeout(resetAfterEnd, POLL_MS, stream, request).unref();
}

/**
 * Ends a connection that is to be closed after its answer in two steps (RFC 9112, section 9.6): the answer is its end, and what
 * the client is still sending is read. Node destroys the socket at once, and a reset would overtake the answer.
 */
function closeAfterBody(request: IncomingMessage): void {
  const { socket } = request;
  // Node's own: a connection that is kept may have had such a request before, and calls must not add up.
  const destroySoon = () => Socket.prototype.destroySoon.call(socket);
  socket.destroySoon = () => {
    if (request.complete) return destroySoon();
    socket.end();
    request.once('end', destroySoon);
  };
}
