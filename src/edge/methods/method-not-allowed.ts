import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage/stage';
import type { FastifyContextConfig, FastifyInstance, HTTPMethods } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The methods of the resource, for `Allow`, on the routes that refuse all others. */
    allow?: string;
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

const supported: ReadonlySet<string> = new Set(METHODS);
/** The method by whose routes unknown methods are refused: no resource supports it. */
const UNKNOWN = 'TRACE';
const unknown = new WeakMap<IncomingMessage, string>();

/** Lets a request with a method that no resource supports be routed. Over HTTP/2 any token is one. */
export function routeUnknownMethod(request: IncomingMessage): void {
  const { method = '' } = request;
  if (supported.has(method)) return;
  unknown.set(request, method);
  request.method = UNKNOWN;
}

/** Gives a request back the method that it was sent with. */
export function restoreMethod(request: IncomingMessage): void {
  request.method = unknown.get(request) ?? request.method;
}

/** Answers 405 with `Allow` for a method that a resource does not support (RFC 9110, section 15.5.6). */
export const methodNotAllowed = (): Pick<Hooks, 'onRequest'> => ({
  onRequest({ routeOptions }, _reply, done) {
    const allow = routeOptions.config?.allow;
    if (allow === undefined) return done();
    done(new GatewayError('METHOD_NOT_ALLOWED', { detail: `Allowed methods: ${allow}.`, headers: { allow } }));
  },
});

type Format = Pick<FastifyContextConfig, 'kind' | 'mediaTypes' | 'errorPage' | 'errorPageHeaders'>;

/** What decides how an error of a route is written. */
function formatOf({ kind, mediaTypes, errorPage, errorPageHeaders }: FastifyContextConfig = {}): Format {
  return { kind, ...(mediaTypes && { mediaTypes }), ...(errorPage && { errorPage, errorPageHeaders }) };
}

/**
 * Adds routes for the methods that a resource does not support, which `methodNotAllowed` refuses, and answers `OPTIONS`
 * with 204 and `Allow`. Call `close` after the last route was added.
 */
export function collectMethods(server: FastifyInstance): { close(): void } {
  const allowed = new Map<string, Set<HTTPMethods>>();
  const formats = new Map<string, Format>();
  let isClosed = false;

  server.addHook('onRoute', ({ url: path, method, config }) => {
    if (isClosed || path === '*') return;
    const url = path.replace(/(.)\/$/, '$1');
    const methods = allowed.get(url) ?? new Set(['OPTIONS']);
    for (const one of [method].flat()) methods.add(one);
    if (methods.has('GET')) methods.add('HEAD');
    allowed.set(url, methods);
    formats.set(url, { ...formats.get(url), ...formatOf(config) });
  });

  const close = () => {
    isClosed = true;
    for (const [url, methods] of allowed) {
      const allow = METHODS.filter((method) => methods.has(method)).join(', ');
      const missing = [...METHODS, UNKNOWN].filter((method) => method !== 'OPTIONS' && !methods.has(method));
      // Errors have the format of the resource, and are the answer to what asks for it.
      const config = { ...formats.get(url), allow };
      server.route({ url, method: missing, config, handler: () => undefined });
      if (server.hasRoute({ url, method: 'OPTIONS' })) continue;
      server.options(url, (_request, reply) => reply.status(204).header('allow', allow).send());
    }
  };
  return { close };
}
