import type { Server } from 'node:http';
import { constants, type Http2Session, type SecureServerOptions, type ServerHttp2Stream } from 'node:http2';

/** How many requests of a connection may be cancelled at once, and how many more each second; nghttp2 has the same for resets. */
const [BURST, PER_SECOND] = [1_000, 33];

/**
 * nghttp2 counts resets of ended streams, too. curl 7.88 sends one after each answer, and its connection ended after 1,000 requests
 * with all that were under way.
 */
export const ANY_RESETS = {
  streamResetBurst: 1_000_000,
  streamResetRate: 1_000_000,
} satisfies SecureServerOptions;

/** Ends connections that open and cancel requests on and on (rapid reset): each cancelled request has caused work. */
export function limitCancellations(server: Server): void {
  server.on('session', (session: Http2Session) => {
    let [left, at] = [BURST, performance.now()];
    const count = () => {
      const now = performance.now();
      left = Math.min(BURST, left + ((now - at) / 1_000) * PER_SECOND) - 1;
      at = now;
      if (left < 0 && !session.destroyed)
        session.destroy(new Error('too many cancelled requests'), constants.NGHTTP2_ENHANCE_YOUR_CALM);
    };
    session.on('stream', (stream: ServerHttp2Stream) => {
      stream.once('close', () => {
        // Before the end of its answer, or before that was sent.
        if (stream.aborted || !stream.writableFinished) count();
      });
    });
  });
}
