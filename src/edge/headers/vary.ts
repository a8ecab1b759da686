import type { FastifyReply } from 'fastify';

/** Adds header names to `Vary` (RFC 9110, section 12.5.5). */
export function addVary(reply: FastifyReply, names: string): void {
  const said = reply.getHeader('vary');
  void reply.header('vary', said === undefined ? names : `${String(said)}, ${names}`);
}
