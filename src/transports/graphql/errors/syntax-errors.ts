import { GraphQLError } from 'graphql';

/**
 * A syntax error of graphql-js in words that say what to do. An empty selection set is legal in the edition of September 2026,
 * and graphql-js 16 calls it a name that is missing.
 */
export function inPlainWords(error: GraphQLError): GraphQLError {
  const { source, positions } = error;
  if (!source || !positions || !/Expected Name, found "}"/.test(error.message)) return error;
  const before = source.body.slice(0, positions[0]).replace(/#[^\n\r]*/g, '');
  if (!/\{[\s,\uFEFF]*$/.test(before)) return error;
  return new GraphQLError('Syntax Error: A selection set must have a field.', { source, positions });
}
