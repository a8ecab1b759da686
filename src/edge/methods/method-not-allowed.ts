import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';
import type { Hooks } from '#gateway/edge/stage/stage';
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyServerOptions,
  HTTPMethods,
  RouteHandlerMethod,
} from 'fastify';
import createRouter from 'find-my-way';
import type * as Router from 'find-my-way';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The methods of the resource, for `Allow`, on the routes that refuse all others. */
    allow?: string;
  }
}

/** The options of Fastify's router. */
type RouterOptions = NonNullable<FastifyServerOptions['routerOptions']>;

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

/** The method of the routes that answer what their resources do not support. No resource supports it itself. */
const OTHERS = 'TRACE';
const given = new WeakMap<IncomingMessage, string>();

interface Resource {
  methods: Set<HTTPMethods>;
  /** Those that a POST may name in `X-HTTP-Method-Override`. */
  overriding: Set<string>;
}

/** The resource at a path, of each server. */
const resources = new WeakMap<FastifyInstance, Router.Instance<Router.HTTPVersion.V1>>();

/**
 * Lets a request be routed whose resource does not support its method: to the one route for such requests. Over HTTP/2 any
 * token is a method. A POST that names another method is routed as that, where its resource takes it.
 * @param url in origin form, as it is routed
 */
export function routeOtherMethods(server: FastifyInstance, request: IncomingMessage, url: string): void {
  const { method = '', headers } = request;
  const resource = resources.get(server)?.find('GET', url)?.store as Resource | undefined;
  const named = method === 'POST' ? String(headers['x-http-method-override']).toUpperCase() : '';
  if (resource?.overriding.has(named)) {
    request.method = named;
    return;
  }
  if (resource ? resource.methods.has(method as HTTPMethods) : METHODS.includes(method as HTTPMethods)) return;
  given.set(request, method);
  request.method = OTHERS;
}

/** Gives a request back the method that it was sent with. */
export function restoreMethod(request: IncomingMessage): void {
  request.method = given.get(request) ?? request.method;
}

/** Answers 405 with `Allow` for a method that a resource does not support (RFC 9110, section 15.5.6). */
export const methodNotAllowed = (): Pick<Hooks, 'onRequest'> => ({
  onRequest({ method, routeOptions }, _reply, done) {
    const allow = routeOptions.config?.allow;
    if (allow === undefined || method === 'OPTIONS') return done();
    done(new GatewayError('METHOD_NOT_ALLOWED', { detail: `Allowed methods: ${allow}.`, headers: { allow } }));
  },
});

type Format = Pick<FastifyContextConfig, 'kind' | 'mediaTypes' | 'errorPage' | 'errorPageHeaders'>;

/** What decides how an error of a route is written. */
function formatOf({ kind, mediaTypes, errorPage, errorPageHeaders }: FastifyContextConfig = {}): Format {
  return { kind, ...(mediaTypes && { mediaTypes }), ...(errorPage && { errorPage, errorPageHeaders }) };
}

/**
 * Adds to each resource the route for the methods that it does not support, which `methodNotAllowed` refuses. It answers
 * `OPTIONS` with 204 and `Allow`, where the resource has no route for that. Call `close` after the last route was added.
 * @param options of the server's router
 */
export function collectMethods(server: FastifyInstance, options: RouterOptions): { close(): void } {
  const all = new Map<string, Resource>();
  const formats = new Map<string, Format>();
  let isClosed = false;

  server.addHook('onRoute', ({ url: path, method, config }) => {
    if (isClosed || path === '*') return;
    const url = path.replace(/(.)\/$/, '$1');
    const resource = all.get(url) ?? { methods: new Set(), overriding: new Set() };
    for (const one of [method].flat()) {
      resource.methods.add(one);
      if (config?.takesOverride) resource.overriding.add(one);
    }
    if (resource.methods.has('GET')) resource.methods.add('HEAD');
    all.set(url, resource);
    formats.set(url, { ...formats.get(url), ...formatOf(config) });
  });

  const close = () => {
    isClosed = true;
    // Only paths matter.
    const router = createRouter({
      ...options,
      querystringParser: () => undefined,
    } as Router.Config<Router.HTTPVersion.V1>);
    for (const [url, resource] of all) {
      const { methods } = resource;
      router.on('GET', url, () => undefined, resource);
      // A route for all methods has this one, too.
      if (methods.has(OTHERS)) continue;
      const allow = METHODS.filter((method) => method === 'OPTIONS' || methods.has(method)).join(', ');
      // Errors have the format of the resource, and are the answer to what asks for it.
      const config = { ...formats.get(url), allow };
      const answerOptions: RouteHandlerMethod = (_request, reply) =>
        reply.status(204).header('allow', allow).send();
      server.route({ url, method: OTHERS, config, handler: answerOptions });
    }
    resources.set(server, router);
  };
  return { close };
}
