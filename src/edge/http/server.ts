import type { Config } from '#gateway/config/config';
import { answerError } from '#gateway/edge/errors/answer-error';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { GatewayError } from '#libs/errors';
import { fastify, type FastifyInstance } from 'fastify';
import { isSecure, listenerFor } from './listener.ts';
import { isDecodable, NOWHERE } from './refuse-malformed.ts';
import { requestIdOf } from './request-context.ts';
import { versionedUrl } from './versions.ts';

/** The HTTP server of clients, without the stages that requests pass. */
export function createServer(config: Config): FastifyInstance {
  const server = fastify({
    serverFactory: listenerFor(config),
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
  readJsonOnly(server);
  readFormsOfProviders(server);
  limitGraphqlBody(server, config);
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
