import type { FastifyRequest } from 'fastify';

/**
 * Whether a request was aborted of which `onResponse` is told nevertheless: where a client of HTTP/2 leaves before the end, Node says
 * that the response has finished. `onRequestAbort` is for such requests, as over HTTP/1.1.
 */
export const wasAborted = ({ raw }: FastifyRequest): boolean => 'stream' in raw && raw.aborted;
