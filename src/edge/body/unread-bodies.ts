import type { ServerHttp2Stream } from 'node:http2';
import type { Hooks } from '#gateway/edge/stage';
import { hasBody } from './has-body.ts';

/** What is left of a body after its answer is taken for so long, so that the connection can be used again; in milliseconds. */
const LINGER_MS = 2_000;

/**
 * Ends what a client goes on sending after it was answered, for example 401: what was not waited for is no reason to keep a
 * connection. HTTP/2 has a code for that (RFC 9113, section 8.1).
 */
export const unreadBodies = (): Pick<Hooks, 'onResponse'> => ({
  onResponse(request, _reply, done) {
    const { raw } = request;
    done();
    if (raw.complete || raw.destroyed || !hasBody(request)) return;
    if ('stream' in raw) return (raw.stream as ServerHttp2Stream).close();
    const late = setTimeout(() => raw.socket.destroy(), LINGER_MS).unref();
    raw.once('close', () => clearTimeout(late)).once('end', () => clearTimeout(late));
  },
});
