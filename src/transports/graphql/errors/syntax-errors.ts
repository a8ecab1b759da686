import { GraphQLError } from 'graphql';

/**
 * Rewords graphql-js's syntax error for an empty selection set, which it reports as a missing name. The GraphQL edition of
 * September 2026 allows empty selection sets; graphql-js 16 does not.
 */
export function inPlainWords(error: GraphQLError): GraphQLError {
  const { source, positions } = error;
  if (!source || !positions || !/Expected Name, found "}"/.test(error.message)) return error;
  const before = source.body.slice(0, positions[0]).replace(/#[^\n\r]*/g, '');
  if (!/\{[\s,\uFEFF]*$/.test(before)) return error;
  return new GraphQLError('Syntax Error: A selection set must have a field.', { source, positions });
}
