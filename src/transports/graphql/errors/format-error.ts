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
 * Formats GraphQL errors with the codes of the catalogue, for every transport. Unexpected errors are logged and published as
 * INTERNAL. In production no message quotes a value or makes a suggestion.
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

  /** Formats an error of a document, its variables or a field for clients. */
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
    noteFailure(request, { code, cause: error });
    if (!isClients) this.logger.error({ err: error }, 'internal error');
    const message = isClients ? this.wordsOf(thrown) : 'Internal error';
    return { message, path, locations, extensions: { code, requestId } };
  }

  /** The error that refuses a whole document for its errors or those of its variables; its code is that of the first. */
  refusal(mistakes: readonly GraphQLError[]): DocumentRefused {
    const formatted = mistakes.map((error) => this.format(error));
    return new DocumentRefused(formatted[0]!.extensions!['code'] as ErrorCode, formatted);
  }

  /** The error as a REST route answers it: client errors are BAD_REQUEST. */
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

/** The original error of a field, unwrapped from errors of graphql-js. */
function cause(thrown: unknown): unknown {
  const error =
    thrown instanceof GraphQLError && thrown.path && thrown.originalError ? thrown.originalError : thrown;
  return error instanceof GraphQLError && error.originalError ? error.originalError : error;
}

/** Whether the parser threw it: it has a source position but no AST node. */
const isOfSyntax = ({ source, nodes }: GraphQLError): boolean => source !== undefined && !nodes?.length;

/**
 * Whether graphql-js found it before any field ran: an invalid document or variable, or too many such errors. An error of a
 * variable's value has no node; the error that wraps it points to the variable.
 */
function isOfRequest(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.path || error.extensions['code'] !== undefined) return false;
  return Boolean(error.nodes?.length) || !error.originalError;
}

/**
 * Whether graphql-js found it while it ran a field, and it points to the client's document, such as an argument that became null.
 * An error that points to the field itself is about its result, such as one of no possible type.
 */
function isOfDocument(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.originalError) return false;
  return Boolean(error.nodes?.length) && error.nodes!.every(({ kind }) => kind !== Kind.FIELD);
}
