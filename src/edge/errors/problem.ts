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
  /** The path that was asked for; absent where that could not be read. */
  instance?: string;
  code: string;
  requestId: string;
  errors?: { field: string; message: string }[];
}

/** What the client of a REST door is told. */
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

/** What an error of GraphQL has in its `extensions`: clients show them, and few of them the headers of the answer. */
export function extensionsOf({ code, errors, headers }: GatewayError, requestId: string | undefined) {
  return { code, requestId, errors, retryAfterSeconds: Number(headers['retry-after']) || undefined };
}

/** What the client of the GraphQL door is told of a request that is refused as a whole. */
export function graphqlRefusal(error: GatewayError, requestId: string): object {
  if (error instanceof DocumentRefused) return { errors: error.mistakes };
  const { detail, title } = error;
  return { errors: [{ message: detail ?? title, extensions: extensionsOf(error, requestId) }] };
}
