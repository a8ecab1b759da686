import { isOfKind } from '#gateway/declare/route-kind';
import type { GatewayError } from '#libs/errors';
import { prefersHtml } from '#libs/negotiation';
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import { answerTypeFor, takesJsonAlone } from './answer-type.ts';
import { noteFailure } from './failures.ts';
import { graphqlRefusal, PROBLEM_TYPE, problemOf } from './problem.ts';
import { isOfPeople, isUnknown } from './unknown-paths.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with an error: problem details, the body of a GraphQL error, or the error page that a route declares. */
export function answerError(error: GatewayError, request: FastifyRequest, reply: FastifyReply): void {
  const body = becomeError(error, request, reply);
  const { errorPage, errorPageHeaders = {} } = prefersHtml(request.headers.accept) ? pageOf(request) : {};
  if (!errorPage) return void reply.send(body);
  // What fails in all pages, such as their frame, fails in that of the error, too.
  const sendProblem = () => void reply.type(PROBLEM_TYPE).send(body);
  try {
    const page = errorPage(error, request.id, request, reply);
    void reply.headers(errorPageHeaders).type('text/html; charset=utf-8');
    if (typeof page === 'string') return void reply.send(page);
    page.then((markup) => reply.send(markup), sendProblem);
  } catch {
    sendProblem();
  }
}

/** The page that the route declares, or, where there is no route, that of the port for mistyped addresses. */
function pageOf(request: FastifyRequest): Pick<FastifyContextConfig, 'errorPage' | 'errorPageHeaders'> {
  if (!isUnknown(request)) return request.routeOptions.config;
  if (!isOfPeople(request)) return {};
  const { unknownPage, unknownOperatorPage = {} } = request.server;
  return request.isOperator ? unknownOperatorPage : { errorPage: unknownPage };
}

/** Sets the status and headers of an error on a response. @returns its body */
export function becomeError(error: GatewayError, request: FastifyRequest, reply: FastifyReply): string {
  noteFailure(request.context?.log, error);
  const { accept } = request.headers;
  const isGraphql = isOfKind(request, 'graphql');
  const type = isGraphql ? (answerTypeFor(accept) ?? JSON_TYPE) : PROBLEM_TYPE;
  const body = isGraphql ? graphqlRefusal(error, request.id) : problemOf(error, request);
  const isDocument = isGraphql && error.status === 400 && error.code.startsWith('GRAPHQL_');
  const status = isDocument && takesJsonAlone(accept) ? 200 : error.status;
  // It was that of a stream that failed before its first byte.
  void reply.removeHeader('content-encoding');
  void reply.status(status).headers(error.headers).type(type);
  return JSON.stringify(body);
}
