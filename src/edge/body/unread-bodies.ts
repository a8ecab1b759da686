import type { ServerHttp2Stream } from 'node:http2';
import type { Hooks } from '#gateway/edge/stage/stage';
import type { FastifyRequest } from 'fastify';
import { hasBody } from './has-body.ts';

/** What is left of a body after its answer is taken for so long, so that the connection can be used again; in milliseconds. */
const LINGER_MS = 2_000;

/** Refused for what its body is. Who is too slow, 408, or one of too many, 503, is cut. */
const GOES_ON = new Set([400, 413, 415]);

const refused = new WeakSet<FastifyRequest>();

/** Marks a request whose body is refused, wholly read or not. */
export const markRefused = (request: FastifyRequest): void => void refused.add(request);

/**
 * Ends what a client goes on sending after it was answered, for example 401: what was not waited for is no reason to keep a
 * connection. HTTP/2 has a code for that (RFC 9113, section 8.1).
 */
export const unreadBodies = (): Pick<Hooks, 'onSend' | 'onResponse'> => ({
  // Fastify closes the connection at once after such a refusal. A client that is still sending then meets a reset, which may
  // cost it the answer (RFC 9112, section 9.6): browsers and fetch call that a network error.
  onSend(request, reply, payload, done) {
    if (GOES_ON.has(reply.statusCode) && refused.has(request)) void reply.removeHeader('connection');
    done(null, payload);
  },

  onResponse(request, _reply, done) {
    const { raw } = request;
    done();
    if (raw.complete || raw.destroyed || !hasBody(request)) return;
    if ('stream' in raw) return (raw.stream as ServerHttp2Stream).close();
    const late = setTimeout(() => raw.socket.destroy(), LINGER_MS).unref();
    raw.once('close', () => clearTimeout(late)).once('end', () => clearTimeout(late));
  },
});
