import type { ServerResponse } from 'node:http';
import { constants, type Http2ServerResponse } from 'node:http2';

/**
 * Ends an answer so that the client sees that it is incomplete: the connection is closed before the last chunk, or the HTTP/2
 * stream is reset. HTTP/1.0 has no chunks: its end is the end of the connection, so that is reset.
 */
export function breakOff(response: ServerResponse | Http2ServerResponse): void {
  // Otherwise it would be reset with NO_ERROR, as if it were whole: findings/fastify-failed-stream-looks-whole.sh.
  if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else if (response.req.httpVersion === '1.0') reset(response);
  else response.destroy();
}

/** Resets a connection; one of TLS or a Unix socket cannot be reset, and is closed. */
function reset(response: ServerResponse): void {
  try {
    response.socket?.resetAndDestroy();
  } catch {
    response.destroy();
  }
}
