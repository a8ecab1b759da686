import { type ErrorCode, GatewayError } from '#libs/errors';
import { HttpException } from '@nestjs/common';

/** The error codes for HTTP statuses that Fastify or Nest chose. */
const codeByStatus: Partial<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  408: 'REQUEST_TIMEOUT',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  417: 'EXPECTATION_FAILED',
  426: 'UPGRADE_REQUIRED',
  428: 'PRECONDITION_REQUIRED',
  431: 'HEADERS_TOO_LARGE',
  503: 'OVERLOADED',
};

/** Our own details: those of the frameworks may quote input. */
const details: Partial<Record<ErrorCode, string>> = {
  BAD_REQUEST: 'The request cannot be parsed.',
  NOT_FOUND: 'There is no resource at this path.',
  PAYLOAD_TOO_LARGE: 'The body is too large.',
  UNSUPPORTED_MEDIA_TYPE: 'The Content-Type is malformed.',
};

/** The part of the request that a framework refuses with a code. */
const fieldsOf: Partial<Record<ErrorCode, { field: string; message: string }[]>> = {
  BAD_REQUEST: [{ field: 'body', message: 'Cannot be parsed' }],
  UNSUPPORTED_MEDIA_TYPE: [{ field: 'Content-Type', message: 'Must be a media type, such as application/json' }],
};

/**
 * Maps any error to a catalogued one: ours is returned as it is, a framework's is mapped by its status, any other
 * becomes INTERNAL.
 */
export function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const status = statusOf(error);
  const code = codeByStatus[status] ?? (status >= 400 && status < 500 ? 'BAD_REQUEST' : 'INTERNAL');
  const errors = fieldsOf[code];
  const source = code === 'OVERLOADED' ? 'framework' : undefined;
  return new GatewayError(code, { detail: details[code], errors, source, cause: error });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
