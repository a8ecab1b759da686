import { unwrapResolverError } from '@apollo/server/errors';
import { noteFailure } from '#gateway/edge/errors/failures';
import { GatewayError } from '#libs/errors';
import { currentRequest } from '#libs/observe';
import { type GraphQLFormattedError, GraphQLError } from 'graphql';
import type { PinoLogger } from 'nestjs-pino';

/** Apollo's own codes that are not ours, and what we call them. */
const ourCodes: Record<string, string> = {
  BAD_USER_INPUT: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'GRAPHQL_VALIDATION_FAILED',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
  BAD_REQUEST: 'BAD_REQUEST',
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
};

/** Errors in the words of the catalogue. What is not ours and not the document's fault is logged, and told as INTERNAL. */
export const formatError =
  (logger: PinoLogger) =>
  ({ message, path, locations, extensions }: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const error = cause(thrown);
    const request = currentRequest();
    const requestId = request?.requestId;
    if (error instanceof GatewayError) {
      noteFailure(request, error);
      const { code, errors } = error;
      const retryAfterSeconds = Number(error.headers['retry-after']) || undefined;
      return {
        message: error.message,
        path,
        locations,
        extensions: { code, requestId, errors, retryAfterSeconds },
      };
    }
    const code = isOfDocument(error) ? 'GRAPHQL_VALIDATION_FAILED' : ourCodes[String(extensions?.['code'])];
    noteFailure(request, { code: code ?? 'INTERNAL' });
    if (code) return { message, path, locations, extensions: { code, requestId } };
    logger.error({ err: error }, 'internal error');
    return { message: 'Internal error', path, locations, extensions: { code: 'INTERNAL', requestId } };
  };

function cause(thrown: unknown): unknown {
  const error = unwrapResolverError(thrown);
  return error instanceof GraphQLError && error.originalError ? error.originalError : error;
}

/** Found by graphql-js while it ran a field, and it points into the document: an argument that became null, say. */
function isOfDocument(error: unknown): boolean {
  return error instanceof GraphQLError && Boolean(error.nodes?.length) && !error.originalError;
}
