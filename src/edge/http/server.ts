import type { Config } from '#gateway/config/config';
import type { Shedding } from '#gateway/edge/shedding/shedding';
import { answerError } from '#gateway/edge/errors/answer-error';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { GatewayError } from '#libs/errors';
import type { Logger } from '#libs/observe';
import cors from '@fastify/cors';
import { fastify, type FastifyInstance } from 'fastify';
import { negotiate } from './accept.ts';
import { logAccess } from './access-log.ts';
import { tellCaches } from './caching.ts';
import { isSecure, listenerFor } from './listener.ts';
import { isDecodable, NOWHERE, refuseMalformed } from './refuse-malformed.ts';
import { openRequestContext, requestIdOf } from './request-context.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { tellServerTiming } from './server-timing.ts';
import { acceptVersions, versionedUrl } from './versions.ts';

const CORS_MAX_AGE_SECONDS = 600;

/** The HTTP server with what happens to every request before a door, in this order. */
export function createServer(config: Config, logger: Logger, shedding: Shedding): FastifyInstance {
  const listen = listenerFor(config);
  const server = fastify({
    serverFactory: (handler) => listen(shedding.guarded(handler)),
    bodyLimit: config.BODY_LIMIT_BYTES,
    trustProxy: config.TRUST_PROXY,
    requestIdHeader: false,
    genReqId: requestIdOf,
    rewriteUrl: (request) => (isDecodable(request.url!) ? versionedUrl(request) : NOWHERE),
    routerOptions: { maxParamLength: 8_192, ignoreTrailingSlash: true },
    return503OnClosing: false,
    // Sessions of HTTP/2 are closed by Drain.
    forceCloseConnections: isSecure(config) ? false : 'idle',
    frameworkErrors: (error, request, reply) => answerError(asGatewayError(error), request, reply),
  });
  openRequestContext(server, config);
  logAccess(server, logger);
  setSecurityHeaders(server);
  refuseMalformed(server);
  acceptVersions(server);
  readJsonOnly(server);
  readFormsOfProviders(server);
  limitGraphqlBody(server, config);
  shedding.learnFrom(server);
  negotiate(server);
  tellCaches(server);
  tellServerTiming(server, config);
  if (config.CORS_ORIGINS.length) {
    void server.register(cors, {
      origin: config.CORS_ORIGINS,
      // Pages of these origins may come with the cookie of a session.
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      // An OPTIONS that is no preflight is answered as without CORS: with `Allow`.
      strictPreflight: false,
      preflightContinue: true,
      exposedHeaders: [
        'X-Request-Id',
        'Location',
        'Retry-After',
        'ETag',
        'Age',
        'Cache-Status',
        'WWW-Authenticate',
        'RateLimit',
        'RateLimit-Policy',
      ],
      maxAge: CORS_MAX_AGE_SECONDS,
    });
  }
  return server;
}

/** JSON, and merge patches (RFC 7396), which are JSON with a name of their own; keys like `__proto__` are refused. */
function readJsonOnly(server: FastifyInstance): void {
  const json = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('text/plain');
  server.addContentTypeParser('application/merge-patch+json', { parseAs: 'string' }, json);
}

/** Providers post a form there, and nobody does elsewhere: a form is what any page can send with a visitor's cookie. */
const TAKES_FORMS = '/bff/backchannel-logout';

function readFormsOfProviders(server: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  server.addContentTypeParser(type, { parseAs: 'string' }, (request, body, done) => {
    if (request.routeOptions.url === TAKES_FORMS)
      return done(null, Object.fromEntries(new URLSearchParams(String(body))));
    done(new GatewayError('UNSUPPORTED_MEDIA_TYPE'));
  });
}

function limitGraphqlBody(server: FastifyInstance, { GRAPHQL_BODY_LIMIT_BYTES }: Config): void {
  server.addHook('onRoute', (route) => {
    if (route.url === '/graphql') route.bodyLimit = GRAPHQL_BODY_LIMIT_BYTES;
  });
}
