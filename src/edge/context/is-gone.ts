import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { FastifyRequest } from 'fastify';

/**
 * Whether the client of a response has disconnected. Node's HTTP/2 response has no `destroyed`; its stream has.
 */
export const isGone = (response: ServerResponse | Http2ServerResponse): boolean =>
  'stream' in response ? response.stream.destroyed : response.destroyed;

/**
 * Whether a request was aborted of which `onResponse` is told nevertheless: where a client of HTTP/2 leaves before the end, Node says
 * that the response has finished. `onRequestAbort` is for such requests, as over HTTP/1.1.
 */
export const wasAborted = ({ raw }: FastifyRequest): boolean => 'stream' in raw && raw.aborted;
