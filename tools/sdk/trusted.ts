import { hash } from 'node:crypto';
import {
  buildSchema,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
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

function operationText(schema: GraphQLSchema, id: string, text: string): string {
  const { definitions } = parse(text);
  const operation = definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  )!;
  const fragments = definitions.filter(
    (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION,
  );
  const name = pascal(id);
  const types = new SelectionTypes(schema, fragments);
  const data = types.of(schema.getRootType(operation.operation)!, [operation.selectionSet]);
  const variables = (operation.variableDefinitions ?? []).map(({ variable, type, defaultValue }) => {
    const isOptional = type.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined;
    return `${variable.name.value}${isOptional ? '?' : ''}: ${inputTypeOf(typeFromAST(schema, type as never)!)}`;
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
