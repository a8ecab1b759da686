import { type ErrorCode, GatewayError } from '#libs/errors';
import type { GraphQLFormattedError } from 'graphql';

/** A GraphQL document, or its variables, that is refused as a whole before it runs: with each mistake, as clients get it. */
export class DocumentRefused extends GatewayError {
  constructor(
    code: ErrorCode,
    readonly mistakes: readonly GraphQLFormattedError[],
  ) {
    super(code, { detail: mistakes[0]?.message });
  }
}
