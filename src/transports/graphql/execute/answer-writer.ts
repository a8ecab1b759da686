import type { GraphqlContext } from '#gateway/declare/request-context';
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  type GraphQLError,
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
import { Unwritable, type Write, writerOf } from './value-writers.ts';

/** An answer that is JSON already. */
export interface Written {
  /** The `data`. */
  text: string;
  /** How many objects it has, the root not among them. */
  objects: number;
}

/** A root field: how it is asked for, and how its answer is written. */
interface Root {
  key: string;
  field: GraphQLField<unknown, unknown>;
  nodes: readonly FieldNode[];
  write: Write;
}

type Outcome = { value: unknown } | { error: GraphQLError };

/**
 * Runs a query, of which it is known what is selected, and writes its answer from what the use cases gave, without
 * making a result first. Its root fields are asked as by any executor; what is below them is there already.
 */
export class AnswerWriter {
  private readonly roots: readonly Root[];
  private readonly parent: GraphQLObjectType;
  private readonly fragments: GraphQLResolveInfo['fragments'];
  private readonly argumentReaders: ((variables: Record<string, unknown>) => void)[] = [];

  /**
   * @param decisions what the operation's `@skip` and `@include` are given
   * @param keepsText whether what is frozen, as all that is remembered is, is written once for good
   * @throws {NotStatic} for a query that it cannot write
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
      argumentReaders: this.argumentReaders,
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
   * @returns what was written, or a result with errors; undefined where the variables do not fit an argument below the root,
   * before anything has run, or where a value does not fit its type
   */
  async run(
    context: GraphqlContext,
    inputs: Record<string, unknown>,
  ): Promise<Written | ExecutionResult | undefined> {
    const { coerced } = getVariableValues(this.schema, this.operation.variableDefinitions ?? [], inputs);
    if (!coerced || !this.fits(coerced)) return undefined;
    const outcomes = await Promise.all(this.roots.map((root) => this.outcomeOf(root, context, coerced)));
    try {
      const run = { variables: coerced, objects: 0 };
      const texts = this.roots.map(({ key, write }, index) => {
        const outcome = outcomes[index]!;
        return 'value' in outcome ? `${JSON.stringify(key)}:${write(outcome.value, run)}` : undefined;
      });
      if (!texts.includes(undefined)) return { text: `{${texts.join(',')}}`, objects: run.objects };
      return this.failed(outcomes, texts);
    } catch (error) {
      if (error instanceof Unwritable) return undefined;
      throw error;
    }
  }

  /** Whether all arguments below the root can be had: a null may be where none can be (GraphQL, 6.4.1). */
  private fits(variables: Record<string, unknown>): boolean {
    try {
      for (const read of this.argumentReaders) read(variables);
      return true;
    } catch {
      return false;
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
    const asked = { fieldName, fieldNodes: nodes, returnType, parentType: parent, path, schema, fragments };
    const info = { ...asked, rootValue: undefined, operation, variableValues };
    try {
      const args = getArgumentValues(field, nodes[0]!, variableValues);
      const value = (await field.resolve!(undefined, args, context, info)) as unknown;
      if (value instanceof Error) throw value;
      return { value };
    } catch (error) {
      return { error: locatedError(error, nodes, [key]) };
    }
  }

  /** A field that failed is null, or all of the answer where it may not be (GraphQL, 6.4.4). */
  private failed(outcomes: readonly Outcome[], texts: readonly (string | undefined)[]): ExecutionResult {
    const errors = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
    if (this.roots.some(({ field }, index) => texts[index] === undefined && isNonNullType(field.type)))
      return { data: null, errors };
    const all = this.roots.map(({ key }, index) => texts[index] ?? `${JSON.stringify(key)}:null`);
    return { data: JSON.parse(`{${all.join(',')}}`) as Record<string, unknown>, errors };
  }
}
