import { type DocumentNode, GraphQLError, type GraphQLSchema, validate } from 'graphql';

/**
 * What is wrong with a document by the schema. A condition at the root of a subscription whose value cannot be had before it runs is
 * one mistake: graphql-js throws it where all others are returned.
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
