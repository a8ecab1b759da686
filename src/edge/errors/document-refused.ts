import { type ErrorCode, GatewayError } from '#libs/errors';
import type { GraphQLFormattedError } from 'graphql';

/** Refuses a GraphQL document or its variables before execution, with all mistakes in the format of GraphQL. */
export class DocumentRefused extends GatewayError {
  constructor(
    code: ErrorCode,
    readonly mistakes: readonly GraphQLFormattedError[],
  ) {
    super(code, { detail: mistakes[0]?.message });
  }
}
