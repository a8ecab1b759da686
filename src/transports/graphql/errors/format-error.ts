import { Config } from '#gateway/config/config';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { DocumentRefused } from '#gateway/edge/errors/document-refused';
import { noteFailure } from '#gateway/edge/errors/failures';
import { extensionsOf } from '#gateway/edge/errors/problem';
import { type ErrorCode, GatewayError } from '#libs/errors';
import { currentRequest } from '#libs/observe';
import { Injectable } from '@nestjs/common';
import { type GraphQLFormattedError, GraphQLError, Kind } from 'graphql';
import { PinoLogger } from 'nestjs-pino';
import { withoutValues } from './without-values.ts';

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
  format(thrown: GraphQLError): GraphQLFormattedError {
    const { path, locations } = thrown.toJSON();
    const error = cause(thrown);
    const request = currentRequest();
    const requestId = request?.requestId;
    if (error instanceof GatewayError) {
      noteFailure(request, error);
      return { message: error.message, path, locations, extensions: extensionsOf(error, requestId) };
    }
    const isClients = isOfClient(thrown);
    const code = !isClients
      ? 'INTERNAL'
      : isOfSyntax(thrown)
        ? 'GRAPHQL_PARSE_FAILED'
        : 'GRAPHQL_VALIDATION_FAILED';
    noteFailure(request, { code });
    if (!isClients) this.logger.error({ err: error }, 'internal error');
    const message = isClients ? this.wordsOf(thrown) : 'Internal error';
    return { message, path, locations, extensions: { code, requestId } };
  }

  /** What refuses a document as a whole, for what is wrong with it or with its variables. */
  refusal(mistakes: readonly GraphQLError[]): DocumentRefused {
    const formatted = mistakes.map((error) => this.format(error));
    return new DocumentRefused(formatted[0]!.extensions!['code'] as ErrorCode, formatted);
  }

  /** The same as what a REST route answers with: a mistake of the client is BAD_REQUEST. */
  asGatewayError(error: GraphQLError): GatewayError {
    const own = cause(error);
    if (own instanceof GatewayError || !isOfClient(error)) return asGatewayError(own);
    return new GatewayError('BAD_REQUEST', { detail: this.wordsOf(error), cause: error });
  }

  private wordsOf(error: GraphQLError): string {
    return this.hidesValues ? withoutValues(error) : error.message;
  }
}

const isOfClient = (thrown: unknown): boolean => isOfRequest(thrown) || isOfDocument(cause(thrown));

/** What a field threw; it may be an error of graphql-js that has a cause of its own. */
function cause(thrown: unknown): unknown {
  const error =
    thrown instanceof GraphQLError && thrown.path && thrown.originalError ? thrown.originalError : thrown;
  return error instanceof GraphQLError && error.originalError ? error.originalError : error;
}

/** Found by the parser: it points into the text, and no node is there yet. */
const isOfSyntax = ({ source, nodes }: GraphQLError): boolean => source !== undefined && !nodes?.length;

/**
 * Found by graphql-js before any field ran: a mistake of the document, a variable that does not fit, or that there are too many of
 * those. What is wrong with a value is a cause of its own, and points nowhere; the error around it points to the variable.
 */
function isOfRequest(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.path || error.extensions['code'] !== undefined) return false;
  return Boolean(error.nodes?.length) || !error.originalError;
}

/**
 * Found by graphql-js while it ran a field, and it points to what the client wrote there: an argument that became null, say. What points to
 * the field as a whole is about its answer: that it has no possible type.
 */
function isOfDocument(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.originalError) return false;
  return Boolean(error.nodes?.length) && error.nodes!.every(({ kind }) => kind !== Kind.FIELD);
}
