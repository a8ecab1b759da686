import type { GatewayError, ProblemMembers } from '#libs/errors';
import { DocumentRefused } from './document-refused.ts';

/** The media type of RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An error as problem details for HTTP APIs (RFC 9457). */
export interface Problem extends ProblemMembers {
  type: string;
  title: string;
  status: number;
  detail?: string;
  /** The path of the request; absent if it could not be parsed. */
  instance?: string;
  code: string;
  requestId: string;
  errors?: { field: string; message: string }[];
}

/** The problem details of an error, the body of REST error responses. */
export function problemOf(error: GatewayError, request: { originalUrl?: string; id: string }): Problem {
  const { code, title, status, detail, errors, members } = error;
  const instance = request.originalUrl?.split('?', 1)[0];
  return {
    type: `urn:atrium:error:${code}`,
    title,
    status,
    detail,
    instance,
    code,
    requestId: request.id,
    errors,
    ...members,
  };
}

/**
 * The `extensions` of a GraphQL error. They repeat `Retry-After` and the announced end, since few GraphQL clients show
 * response headers, and sockets have none.
 */
export function extensionsOf({ code, errors, headers, members }: GatewayError, requestId: string | undefined) {
  const retryAfterSeconds = Number(headers['retry-after']) || undefined;
  return { code, requestId, errors, retryAfterSeconds, deprecation: members?.deprecation };
}

/** The response body of a GraphQL request that is refused as a whole. */
export function graphqlRefusal(error: GatewayError, requestId: string): object {
  if (error instanceof DocumentRefused) return { errors: error.mistakes };
  const { detail, title } = error;
  return { errors: [{ message: detail ?? title, extensions: extensionsOf(error, requestId) }] };
}
