import type { Config } from '#gateway/config/config';
import { answerError } from '#gateway/edge/errors/answer-error';
import { answerThrown } from '#gateway/edge/errors/answer-thrown';
import { collectSections } from '#gateway/edge/errors/unknown-paths';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import type { Logger } from '#libs/observe';
import { fastify, type FastifyInstance } from 'fastify';
import { isSecure, listenerFor } from './listener.ts';
import { answerParserError, answerUnusual } from '#gateway/edge/malformed/parser-errors';
import { requestIdOf } from '#gateway/edge/context/request-context';
import { MAX_URL_LENGTH, routedUrl } from '#gateway/edge/malformed/request-target';

/** How paths are compared with routes. */
export const ROUTER_OPTIONS = { maxParamLength: MAX_URL_LENGTH, ignoreTrailingSlash: true };

/** Creates the HTTP server for clients, without the stages of the pipeline. */
export function createServer(config: Config, logger: Logger): FastifyInstance {
  const server = fastify({
    serverFactory: listenerFor(config, logger),
    bodyLimit: config.BODY_LIMIT_BYTES,
    requestIdHeader: false,
    genReqId: requestIdOf,
    rewriteUrl: routedUrl,
    routerOptions: ROUTER_OPTIONS,
    return503OnClosing: false,
    // `Drain` closes HTTP/2 sessions.
    forceCloseConnections: isSecure(config) ? false : 'idle',
    clientErrorHandler: answerParserError,
    frameworkErrors: (error, request, reply) => answerError(asGatewayError(error), request, reply),
  });
  server.setErrorHandler((thrown, request, reply) => answerThrown(thrown, request, reply, logger));
  answerUnusual(server.server, server);
  collectSections(server);
  return server;
}
