import type { FastifyReply } from 'fastify';

/** Results by `Vary`; responses have few different values of it. */
const known = new Map<string, string>();

/** Adds `Accept-Encoding` to the `Vary` header of a response. */
export function varyByCoding(reply: FastifyReply): void {
  const said = String(reply.getHeader('vary') ?? '');
  let vary = known.get(said);
  if (vary === undefined) {
    const names = said.split(',').map((name) => name.trim());
    const isSaid = names.some((name) => name === '*' || name.toLowerCase() === 'accept-encoding');
    known.set(said, (vary = isSaid ? said : [...names, 'Accept-Encoding'].filter(Boolean).join(', ')));
  }
  void reply.header('vary', vary);
}
