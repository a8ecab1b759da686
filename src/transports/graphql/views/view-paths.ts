import { ACCESS, type Access, joinedAccess } from '#gateway/declare/access';
import { REFUSALS } from '#gateway/declare/refusals';
import type { ErrorCode } from '#libs/errors';
import type { GraphQLSchema } from 'graphql';
import { rootFields } from '#gateway/transports/graphql/operation/root-fields';
import { answerSchemaOf } from './json-schema-of.ts';
import { RELEASED_VIEW, releasedViewPath } from './released-view-path.ts';
import { ViewVariables } from './view-variables.ts';
import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';

/**
 * The OpenAPI paths of trusted queries that have a view, with their parameters and response schemas. Released ones share a path, since their
 * documents are not those of this release.
 */
export function viewPaths(
  schema: GraphQLSchema,
  operations: Iterable<PersistedOperation>,
): Record<string, object> {
  const paths = [...operations].flatMap((one) => {
    const variables = ViewVariables.of(schema, one.node);
    return variables ? [[`/v1/views/${one.id}`, { get: entryOf(schema, one, variables) }] as const] : [];
  });
  return Object.fromEntries(
    paths.length ? [...paths, ['/v1/views/{documentId}', { get: releasedViewPath() }]] : paths,
  );
}

/** What the root fields of a trusted query declare together: who may call it, and the codes that it can answer with. */
export interface ViewDeclarations {
  access: Access;
  refusals: readonly ErrorCode[];
}

/** The declarations of trusted queries, by `operationId`. */
export function viewDeclarations(
  schema: GraphQLSchema,
  operations: Iterable<PersistedOperation>,
): Map<string, ViewDeclarations> {
  const declared = new Map([...operations].map((one) => [operationIdOf(one), declarationsOf(schema, one)]));
  const refusals = [...new Set([...declared.values()].flatMap((one) => one.refusals))];
  // What a released query needs is known once it is requested.
  return declared.set(RELEASED_VIEW, { access: {}, refusals: [...refusals, 'GONE'] });
}

const operationIdOf = ({ id }: PersistedOperation): string => `view_${id.replace(/\W/g, '_')}`;

function declarationsOf(schema: GraphQLSchema, { node, document }: PersistedOperation): ViewDeclarations {
  const fields = schema.getQueryType()!.getFields();
  const roots = [...new Set(rootFields(node.selectionSet, document))].flatMap(
    (name) => fields[name]?.extensions ?? [],
  ) as Record<string, unknown>[];
  return {
    access: joinedAccess(roots.map((one) => one[ACCESS] as Access | undefined)),
    refusals: roots.flatMap((one) => (one[REFUSALS] as ErrorCode[] | undefined) ?? []),
  };
}

function entryOf(schema: GraphQLSchema, operation: PersistedOperation, variables: ViewVariables) {
  const { node, document, summary, description } = operation;
  const parameters = variables.parameters.map(({ name, isRequired, description: about, schema: its }) => {
    return { name, in: 'query', required: isRequired, ...(about ? { description: about } : {}), schema: its };
  });
  return {
    operationId: operationIdOf(operation),
    summary: summary.replace(/\.$/, ''),
    ...(description ? { description } : {}),
    tags: ['views'],
    parameters,
    responses: {
      200: {
        description: 'OK.',
        content: { 'application/json': { schema: answerSchemaOf(schema, document, node) } },
      },
    },
  };
}
