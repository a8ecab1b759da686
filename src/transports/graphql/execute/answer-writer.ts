import type { GraphqlContext } from '#gateway/declare/request-context';
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isNonNullType,
  locatedError,
  type OperationDefinitionNode,
} from 'graphql';
import type { Decisions } from './conditions.ts';
import { fieldsSelected, fragmentsOf } from './fields-selected.ts';
import { NotStatic } from './not-static.ts';
import type { Outcome, ResolvedRoots } from './resolved-roots.ts';
import { type Write, writerOf } from './value-writers.ts';

/** Response data serialized as JSON. */
export interface Written {
  /** The JSON of `data`. */
  text: string;
  /** The number of objects in it, without the root. */
  objects: number;
}

/** A selected root field and the writer of its value. */
interface Root {
  key: string;
  field: GraphQLField<unknown, unknown>;
  nodes: readonly FieldNode[];
  write: Write;
}

/**
 * Runs a query whose selection is static, and writes its JSON directly from the values of the root resolvers, without building a
 * result. Only root fields are resolved; fields below them are plain properties.
 */
export class AnswerWriter {
  private readonly roots: readonly Root[];
  private readonly parent: GraphQLObjectType;
  private readonly fragments: GraphQLResolveInfo['fragments'];

  /**
   * @param decisions the values of variables in `@skip` and `@include`
   * @param keepsText whether the JSON of frozen values, such as cached ones, is kept
   * @throws {NotStatic} for a query that cannot be written
   */
  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    decisions: Decisions,
    keepsText: boolean,
  ) {
    if (operation.operation !== 'query') throw new NotStatic();
    this.parent = schema.getQueryType()!;
    this.fragments = fragmentsOf(document);
    const selecting = {
      fragments: this.fragments,
      keepsText,
      hasVariables: (operation.variableDefinitions?.length ?? 0) > 0,
      decisions,
    };
    const fields = this.parent.getFields();
    const selected = fieldsSelected(this.parent, [operation.selectionSet], this.fragments, decisions);
    this.roots = [...selected].map(([key, nodes]) => {
      const field = fields[nodes[0]!.name.value];
      if (!field?.resolve) throw new NotStatic();
      return { key, field, nodes, write: writerOf(field.type, nodes, selecting) };
    });
  }

  /**
   * Runs the query.
   * @returns the written data, or a result with errors; what the root fields returned, where a value does not fit its type, or a null
   * variable not an argument below the root; undefined where variables do not fit: then no resolver has run
   */
  async run(
    context: GraphqlContext,
    inputs: Record<string, unknown>,
  ): Promise<Written | ExecutionResult | { roots: ResolvedRoots } | undefined> {
    const { coerced } = getVariableValues(this.schema, this.operation.variableDefinitions ?? [], inputs);
    if (!coerced) return undefined;
    const outcomes = await Promise.all(this.roots.map((root) => this.outcomeOf(root, context, coerced)));
    try {
      const run = { variables: coerced, objects: 0 };
      const texts = this.roots.map(({ key, write }, index) => {
        const outcome = outcomes[index]!;
        return 'value' in outcome ? `${JSON.stringify(key)}:${write(outcome.value, run)}` : undefined;
      });
      if (!texts.includes(undefined)) return { text: `{${texts.join(',')}}`, objects: run.objects };
      return this.failed(outcomes, texts);
    } catch {
      // Whatever cannot be written has an error that graphql-js names, also a getter or an argument that throws.
      return { roots: new Map(this.roots.map(({ key }, index) => [key, outcomes[index]!])) };
    }
  }

  private async outcomeOf(
    { key, field, nodes }: Root,
    context: GraphqlContext,
    variableValues: Record<string, unknown>,
  ): Promise<Outcome> {
    const { schema, operation, fragments, parent } = this;
    const { name: fieldName, type: returnType } = field;
    const path = { prev: undefined, key, typename: parent.name };
    const resolveInfo = { fieldName, fieldNodes: nodes, returnType, parentType: parent, path, schema, fragments };
    const info = { ...resolveInfo, rootValue: undefined, operation, variableValues };
    try {
      const args = getArgumentValues(field, nodes[0]!, variableValues);
      const value = (await field.resolve!(undefined, args, context, info)) as unknown;
      if (value instanceof Error) throw value;
      return { value };
    } catch (error) {
      return { error: locatedError(error, nodes, [key]) };
    }
  }

  /** The result with errors: a failed field is null, and so is `data` if the field is non-null (GraphQL, 6.4.4). */
  private failed(outcomes: readonly Outcome[], texts: readonly (string | undefined)[]): ExecutionResult {
    const errors = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
    if (this.roots.some(({ field }, index) => texts[index] === undefined && isNonNullType(field.type)))
      return { data: null, errors };
    const all = this.roots.map(({ key }, index) => texts[index] ?? `${JSON.stringify(key)}:null`);
    return { data: JSON.parse(`{${all.join(',')}}`) as Record<string, unknown>, errors };
  }
}
