import type { FastifyReply } from 'fastify';

/** Answers say few different things: what was worked out is kept. */
const known = new Map<string, string>();

/** Adds `Accept-Encoding` to the `Vary` of an answer. */
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
