import type { FastifyReply } from 'fastify';

/** Adds header names to `Vary` (RFC 9110, section 12.5.5). */
export function addVary(reply: FastifyReply, names: string): void {
  const header = reply.getHeader('vary');
  void reply.header('vary', header === undefined ? names : `${String(header)}, ${names}`);
}
