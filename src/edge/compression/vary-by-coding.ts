import type { FastifyReply } from 'fastify';

/** Results by `Vary`; responses have few different values of it. */
const known = new Map<string, string>();

/** Adds `Accept-Encoding` to the `Vary` header of a response. */
export function varyByCoding(reply: FastifyReply): void {
  const header = String(reply.getHeader('vary') ?? '');
  let vary = known.get(header);
  if (vary === undefined) {
    const names = header.split(',').map((name) => name.trim());
    const isListed = names.some((name) => name === '*' || name.toLowerCase() === 'accept-encoding');
    known.set(header, (vary = isListed ? header : [...names, 'Accept-Encoding'].filter(Boolean).join(', ')));
  }
  void reply.header('vary', vary);
}
