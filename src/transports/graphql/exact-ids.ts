import { GraphQLError, GraphQLID, type GraphQLSchema, isScalarType } from 'graphql';

const { parseValue } = GraphQLID;

/**
 * Refuses numbers beyond 2^53-1 as `ID` variables: `JSON.parse` has rounded them (RFC 8259, section 6), so that they may be the id of
 * another object. The type `ID` is shared by all schemas of the process.
 */
export function refuseRoundedIds(schema: GraphQLSchema): void {
  const id = schema.getType('ID');
  if (isScalarType(id)) id.parseValue = exact;
}

function exact(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new GraphQLError(`ID cannot represent unsafe integer value: ${value}`);
  return parseValue.call(GraphQLID, value);
}
