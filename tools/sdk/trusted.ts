import { hash } from 'node:crypto';
import {
  buildSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  getNullableType,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
  TypeInfo,
  type VariableNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type Documents, pascal } from './documents.ts';
import { inputTypeOf, SelectionTypes } from './selection-types.ts';

/** The functions of the trusted operations, with the types of their variables and data. */
export function trustedFile({ graphql, trusted }: Documents): string {
  const schema = buildSchema(graphql);
  const operations = [...trusted].map(([id, text]) => operationText(schema, id, text));
  const has = (made: string) => operations.some((text) => text.includes(` ${made}({`));
  const imports = [
    ...(has('subscription')
      ? ["import { subscription, type SubscriptionOperation } from '../streams/subscription.ts';"]
      : []),
    ...(has('trusted') ? ["import { trusted, type PersistedOperation } from '../trusted.ts';"] : []),
  ];
  return `${imports.join('\n')}

${operations.join('\n')}`;
}

/**
 * The variables of arguments that refuse null. Those with a default, such as `$first: Int = 20`, may be left out, but not be
 * null, though their type does not say so: readers such as Relay refuse `$first: Int! = 20`.
 */
function usedWhereNullIsRefused(schema: GraphQLSchema, document: DocumentNode): Set<string> {
  const names = new Set<string>();
  const types = new TypeInfo(schema);
  const Variable = (node: VariableNode) => {
    if (isNonNullType(types.getInputType())) names.add(node.name.value);
  };
  visit(document, visitWithTypeInfo(types, { VariableDefinition: () => false, Variable }));
  return names;
}

function operationText(schema: GraphQLSchema, id: string, text: string): string {
  const document = parse(text);
  const { definitions } = document;
  const operation = definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  )!;
  const fragments = definitions.filter(
    (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION,
  );
  const name = pascal(id);
  const types = new SelectionTypes(schema, fragments);
  const data = types.of(schema.getRootType(operation.operation)!, [operation.selectionSet]);
  const neverNull = usedWhereNullIsRefused(schema, document);
  const variables = (operation.variableDefinitions ?? []).map(({ variable, type, defaultValue }) => {
    const isOptional = type.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined;
    const all = typeFromAST(schema, type as never) as GraphQLInputType;
    const taken = neverNull.has(variable.name.value) ? getNullableType(all) : undefined;
    return `${variable.name.value}${isOptional ? '?' : ''}: ${inputTypeOf(taken ? new GraphQLNonNull(taken) : all)}`;
  });
  const summary = operation.description?.value ?? /^#\s*(.+)/.exec(text)?.[1] ?? id;
  const given = variables.length ? `{ ${variables.join('; ')} }` : 'Record<never, never>';
  const kind = operation.operation;
  const [made, type] =
    kind === 'subscription' ? ['subscription', 'SubscriptionOperation'] : ['trusted', 'PersistedOperation'];
  return `/** The variables of \`${id}\`. */
export type ${name}Variables = ${given};
/** The data of \`${id}\`. */
export type ${name}Data = ${data};
/** ${summary.replaceAll('*/', '*\\/')} (trusted operation \`${id}\`) */
export const ${name.replace(/^./, (first) => first.toLowerCase())}: ${type}<${name}Variables, ${name}Data> = /* @__PURE__ */ ${made}({
  id: '${id}',
  sha256: '${hash('sha256', text)}',
  kind: '${kind}',
});
`;
}
