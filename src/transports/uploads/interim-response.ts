import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

/** Upload Resumption Supported (draft-ietf-httpbis-resumable-upload). */
const RESUMPTION_SUPPORTED = 104;

/** Sends an interim response (RFC 9110, 15.2) before the final one. HTTP/1.0 has none, and a client that has left needs none. */
export function sendInterim(
  response: ServerResponse | Http2ServerResponse,
  headers: Readonly<Record<string, string>>,
): void {
  if ('stream' in response) {
    if (!response.stream.destroyed)
      response.stream.additionalHeaders({ ':status': RESUMPTION_SUPPORTED, ...headers });
    return;
  }
  if (response.req.httpVersion === '1.0' || response.destroyed || response.headersSent) return;
  response.writeInformation(RESUMPTION_SUPPORTED, headers);
}
