import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  type GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

/** What the resolver of a root field returned or threw. */
export type Outcome = { value: unknown } | { error: GraphQLError };

/** The outcomes of the root fields of a query, by response key: graphql-js completes it from them, and no resolver runs again. */
export type ResolvedRoots = ReadonlyMap<string, Outcome>;

/** A query whose root fields have run, and its raw variables. */
interface ResolvedQuery {
  document: DocumentNode;
  node: OperationDefinitionNode;
  contextValue: object;
  variables: Record<string, unknown>;
  roots: ResolvedRoots;
}

/** Completes queries whose values do not fit their types with graphql-js, which names each error. */
export class Completion {
  private readonly schema: GraphQLSchema;

  /** @param schema is not changed: the fields of `Query` get other resolvers in a copy */
  constructor(schema: GraphQLSchema) {
    const { fields, ...query } = schema.getQueryType()!.toConfig();
    const replayed = Object.entries(fields).map(([name, field]) => [name, { ...field, resolve: replay }] as const);
    this.schema = new GraphQLSchema({
      query: new GraphQLObjectType({ ...query, fields: Object.fromEntries(replayed) }),
      directives: schema.getDirectives(),
      assumeValid: true,
    });
  }

  /** The result of a query with its errors. */
  async run({ document, node, contextValue, variables, roots }: ResolvedQuery): Promise<ExecutionResult> {
    const args = { schema: this.schema, document, operationName: node.name?.value, contextValue };
    return execute({ ...args, variableValues: variables, rootValue: roots });
  }
}

function replay(roots: ResolvedRoots, _args: object, _context: unknown, info: { path: { key: string | number } }) {
  const outcome = roots.get(info.path.key as string)!;
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
