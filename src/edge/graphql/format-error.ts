import { unwrapResolverError } from '@apollo/server/errors';
import { Config } from '#gateway/config/config';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { noteFailure } from '#gateway/edge/errors/failures';
import { GatewayError } from '#libs/errors';
import { currentRequest } from '#libs/observe';
import { Injectable } from '@nestjs/common';
import { type GraphQLFormattedError, GraphQLError } from 'graphql';
import { PinoLogger } from 'nestjs-pino';
import { withoutValues } from './without-values.ts';

/** Apollo's own codes that are not ours, and what we call them. */
const ourCodes: Record<string, string> = {
  BAD_USER_INPUT: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'GRAPHQL_VALIDATION_FAILED',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
  BAD_REQUEST: 'BAD_REQUEST',
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
};

/**
 * Errors in the words of the catalogue, the same for every transport. What is not ours and not the client's fault is logged, and
 * published as INTERNAL. In production no value is quoted, and nothing is suggested.
 */
@Injectable()
export class ErrorFormat {
  private readonly hidesValues: boolean;

  constructor(
    { NODE_ENV }: Config,
    private readonly logger: PinoLogger,
  ) {
    this.hidesValues = NODE_ENV === 'production';
  }

  /** An error of a document, its variables or a field as clients get it. */
  format(error: GraphQLError): GraphQLFormattedError {
    return this.formatted(error.toJSON(), error);
  }

  /** The same as what a REST route answers with: a mistake of the client is BAD_REQUEST. */
  asGatewayError(error: GraphQLError): GatewayError {
    const own = cause(error);
    if (own instanceof GatewayError || !isOfClient(error)) return asGatewayError(own);
    return new GatewayError('BAD_REQUEST', { detail: this.wordsOf(error), cause: error });
  }

  /** The same where it was thrown, and what it was made to, are not the same object: in Apollo. */
  formatted(
    { message, path, locations, extensions }: GraphQLFormattedError,
    thrown: unknown,
  ): GraphQLFormattedError {
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
    const code = isOfClient(thrown) ? 'GRAPHQL_VALIDATION_FAILED' : ourCodes[String(extensions?.['code'])];
    noteFailure(request, { code: code ?? 'INTERNAL' });
    if (code) {
      const words = thrown instanceof GraphQLError ? this.wordsOf(thrown) : message;
      return { message: words, path, locations, extensions: { code, requestId } };
    }
    this.logger.error({ err: error }, 'internal error');
    return { message: 'Internal error', path, locations, extensions: { code: 'INTERNAL', requestId } };
  }

  private wordsOf(error: GraphQLError): string {
    return this.hidesValues ? withoutValues(error) : error.message;
  }
}

const isOfClient = (thrown: unknown): boolean => isOfRequest(thrown) || isOfDocument(cause(thrown));

function cause(thrown: unknown): unknown {
  const error = unwrapResolverError(thrown);
  return error instanceof GraphQLError && error.originalError ? error.originalError : error;
}

/**
 * Found by graphql-js before any field ran: a mistake of the document, a variable that does not fit, or that there are too many of
 * those. What is wrong with a value is a cause of its own, and points nowhere; the error around it points to the variable.
 */
function isOfRequest(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.path || error.extensions['code'] !== undefined) return false;
  return Boolean(error.nodes?.length) || !error.originalError;
}

/** Found by graphql-js while it ran a field, and it points into the document: an argument that became null, say. */
function isOfDocument(error: unknown): boolean {
  return error instanceof GraphQLError && Boolean(error.nodes?.length) && !error.originalError;
}
