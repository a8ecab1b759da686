import { GatewayError } from '#libs/errors';
import { check, type Input } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refuses } from './refusals.ts';

const QUERY_CONTENT = 'atrium/query-content';

/**
 * Injects the validated content of a QUERY request (RFC 10008): JSON with the query parameters of the GET of the same
 * resource. The response names that equivalent GET in `Content-Location` (2.3) and `Location` (2.4).
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE; BAD_REQUEST or VALIDATION_FAILED, field by field
 */
export function FromQueryContent(input: Input): ParameterDecorator {
  return (target, method, index) => {
    const handler = Object.getOwnPropertyDescriptor(target, method!)!;
    Reflect.defineMetadata(QUERY_CONTENT, input, handler.value as object);
    Refuses('VALIDATION_FAILED')(target, method!, handler);
    createParamDecorator((_: unknown, execution: ExecutionContext) => {
      const http = execution.switchToHttp();
      const request = http.getRequest<FastifyRequest>();
      if (request.mediaType !== 'application/json') {
        throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
          detail: 'The content of a QUERY must be application/json.',
        });
      }
      const question = check(input.schema, request.body);
      const location = equivalentGet(input, request);
      void http.getResponse<FastifyReply>().headers({ 'content-location': location, location });
      return question;
    })()(target, method, index);
  };
}

/** The input of a QUERY handler; undefined for any other. */
export const queryContentOf = (handler: object): Input | undefined =>
  Reflect.getMetadata(QUERY_CONTENT, handler) as Input | undefined;

/** The URL of the equivalent GET: the parameters of the content in schema order, then the request's own query. */
function equivalentGet({ schema }: Input, { url, body }: FastifyRequest): string {
  const [path = '', own] = url.split('?', 2);
  const given = body as Record<string, unknown>;
  const parameters = Object.keys(schema.shape).filter((name) => given[name] !== undefined);
  const query = new URLSearchParams(parameters.map((name) => [name, String(given[name])]));
  const all = [query.toString(), own].filter(Boolean).join('&');
  return all ? `${path}?${all}` : path;
}
