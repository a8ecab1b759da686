import { inRequest, type Logger } from '#libs/observe';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** nginx's status for a client that closed the connection before it had its answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** One line a request: what was asked, by whom, what came of it, how long it took. No query, no body, no header. */
export function logAccess(server: FastifyInstance, logger: Logger): void {
  const write = (request: FastifyRequest, status: number, durationMs: number) => {
    const { method, routeOptions, context } = request;
    const line = {
      method,
      route: routeOptions.url ?? 'none',
      status,
      durationMs: Math.round(durationMs * 10) / 10,
    };
    inRequest(context.log, () => logger[status >= 500 ? 'error' : 'info'](line, 'request'));
  };

  server.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    write(request, reply.statusCode, reply.elapsedTime);
    done();
  });

  server.addHook('onRequestAbort', (request, done) => {
    write(request, CLIENT_CLOSED_REQUEST, performance.now() - request.context.startedAt);
    done();
  });
}
