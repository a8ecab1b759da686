import { type DocumentNode, GraphQLError, type GraphQLSchema, validate } from 'graphql';

/**
 * Validates a document against the schema. Also returns the error that graphql-js throws for `@skip` or `@include` with a variable
 * at the root of a subscription.
 */
export function mistakesIn(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits?: { maxErrors?: number; hideSuggestions?: boolean },
): readonly GraphQLError[] {
  try {
    return validate(schema, document, undefined, limits);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}
