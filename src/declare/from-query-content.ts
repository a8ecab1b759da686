import { GatewayError } from '#libs/errors';
import { check, type Input } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The content of a QUERY (RFC 10008), checked: JSON with the parameters that the query string of a GET of the same resource
 * has. The answer names that GET, which has the same result: `Content-Location` (2.3) and `Location` (2.4).
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE; BAD_REQUEST or VALIDATION_FAILED, field by field
 */
export function FromQueryContent(input: Input): ParameterDecorator {
  return createParamDecorator((_: unknown, execution: ExecutionContext) => {
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
  })();
}

/** The address whose GET has the same result: with the given parameters in the order of the schema, then those of the QUERY. */
function equivalentGet({ schema }: Input, { url, body }: FastifyRequest): string {
  const [path = '', own] = url.split('?', 2);
  const given = body as Record<string, unknown>;
  const parameters = Object.keys(schema.shape).filter((name) => given[name] !== undefined);
  const query = new URLSearchParams(parameters.map((name) => [name, String(given[name])]));
  const all = [query.toString(), own].filter(Boolean).join('&');
  return all ? `${path}?${all}` : path;
}
