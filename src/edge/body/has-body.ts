import type { FastifyRequest } from 'fastify';

/** Whether a request has a body (RFC 9112, section 6.3). HTTP/2 needs no header for it. */
export function hasBody({ raw }: Pick<FastifyRequest, 'raw'>): boolean {
  if ('stream' in raw) return !(raw.stream as { endAfterHeaders?: boolean }).endAfterHeaders;
  const { 'transfer-encoding': coding, 'content-length': length = '0' } = raw.headers;
  return coding !== undefined || Number(length) > 0;
}
