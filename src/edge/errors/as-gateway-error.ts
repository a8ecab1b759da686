import { catalogue, type ErrorCode, GatewayError } from '#libs/errors';
import { HttpException } from '@nestjs/common';

/** The codes for what Fastify or Nest refuses, one for each status that they choose. */
const FRAMEWORK_CODES: readonly ErrorCode[] = [
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'REQUEST_TIMEOUT',
  'PRECONDITION_FAILED',
  'PAYLOAD_TOO_LARGE',
  'URI_TOO_LONG',
  'UNSUPPORTED_MEDIA_TYPE',
  'EXPECTATION_FAILED',
  'UPGRADE_REQUIRED',
  'PRECONDITION_REQUIRED',
  'HEADERS_TOO_LARGE',
  'OVERLOADED',
];
const codeByStatus = new Map(FRAMEWORK_CODES.map((code) => [catalogue[code].status, code]));

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
  const code = codeByStatus.get(status) ?? (status >= 400 && status < 500 ? 'BAD_REQUEST' : 'INTERNAL');
  const errors = fieldsOf[code];
  const source = code === 'OVERLOADED' ? 'framework' : undefined;
  return new GatewayError(code, { detail: details[code], errors, source, cause: error });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
