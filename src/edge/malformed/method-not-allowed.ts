import { GatewayError } from '#libs/errors';
import type { FastifyContextConfig, FastifyInstance, HTTPMethods } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route refuses methods that its resource does not support: it reads no body. */
    refusesMethod?: boolean;
  }
}

/** The methods that the server supports on some resource (RFC 9110, section 9.3.7). */
export const METHODS: readonly HTTPMethods[] = [
  'GET',
  'HEAD',
  'QUERY',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
];

/**
 * Answers 405 with `Allow` for a method that a resource does not support (RFC 9110, section 15.5.6), and `OPTIONS`
 * with 204 and `Allow`. Call `close` after the last route was added.
 */
export function collectMethods(server: FastifyInstance): { close(): void } {
  const allowed = new Map<string, Set<HTTPMethods>>();
  const formats = new Map<string, Pick<FastifyContextConfig, 'kind' | 'mediaTypes'>>();
  let isClosed = false;

  server.addHook('onRoute', ({ url: path, method, config }) => {
    if (isClosed || path === '*') return;
    const url = path.replace(/(.)\/$/, '$1');
    const methods = allowed.get(url) ?? new Set(['OPTIONS']);
    for (const one of [method].flat()) methods.add(one);
    if (methods.has('GET')) methods.add('HEAD');
    allowed.set(url, methods);
    formats.set(url, { kind: config?.kind, mediaTypes: config?.mediaTypes ?? formats.get(url)?.mediaTypes });
  });

  const close = () => {
    isClosed = true;
    for (const [url, methods] of allowed) {
      const allow = METHODS.filter((method) => methods.has(method)).join(', ');
      const missing = METHODS.filter((method) => method !== 'OPTIONS' && !methods.has(method));
      server.route({
        url,
        method: missing,
        // Errors have the format of the resource, and are the answer to what asks for it.
        config: { ...formats.get(url), refusesMethod: true },
        handler: () => {
          throw new GatewayError('METHOD_NOT_ALLOWED', {
            detail: `Allowed methods: ${allow}.`,
            headers: { allow },
          });
        },
      });
      if (server.hasRoute({ url, method: 'OPTIONS' })) continue;
      server.options(url, (_request, reply) => reply.status(204).header('allow', allow).send());
    }
  };
  return { close };
}
