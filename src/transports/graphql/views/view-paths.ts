import { ACCESS, type Access } from '#gateway/declare/access';
import { type GraphQLSchema, Kind } from 'graphql';
import { answerSchemaOf, variableSchemasOf } from './json-schema-of.ts';
import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';

/** The OpenAPI paths of trusted queries, with their parameters and response schemas. */
export function viewPaths(
  schema: GraphQLSchema,
  operations: Iterable<PersistedOperation>,
): Record<string, object> {
  const queries = [...operations].filter(({ node }) => node.operation === 'query');
  return Object.fromEntries(queries.map((one) => [`/v1/views/${one.id}`, { get: entryOf(schema, one) }]));
}

function entryOf(schema: GraphQLSchema, { id, node, document, summary, description }: PersistedOperation) {
  const parameters = variableSchemasOf(schema, node).map(({ name, isRequired, about, schema: its }) => {
    return { name, in: 'query', required: isRequired, ...(about ? { description: about } : {}), schema: its };
  });
  const fields = schema.getQueryType()!.getFields();
  const isPublic = node.selectionSet.selections.every((selection) => {
    const access = selection.kind === Kind.FIELD && fields[selection.name.value]?.extensions[ACCESS];
    return access && (access as Access).isPublic;
  });
  return {
    operationId: `view_${id.replace(/\W/g, '_')}`,
    summary: summary.replace(/\.$/, ''),
    ...(description ? { description } : {}),
    tags: ['views'],
    parameters,
    ...(isPublic ? { security: [] } : {}),
    responses: {
      200: {
        description: 'OK.',
        content: { 'application/json': { schema: answerSchemaOf(schema, document, node) } },
      },
    },
  };
}
