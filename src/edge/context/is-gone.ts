import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

/**
 * Whether the client of a response has disconnected. Node's HTTP/2 response has no `destroyed`; its stream has.
 */
export const isGone = (response: ServerResponse | Http2ServerResponse): boolean =>
  'stream' in response ? response.stream.destroyed : response.destroyed;
