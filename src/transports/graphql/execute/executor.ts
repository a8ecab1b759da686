import { Config } from '#gateway/config/config';
import type { GraphqlContext } from '#gateway/declare/request-context';
import { errorLimits } from '#gateway/transports/graphql/errors/error-limits';
import { Injectable } from '@nestjs/common';
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { documentSize, MAX_CACHED_TOKENS } from '#gateway/transports/graphql/operation/document-size';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { AnswerWriter, type Written } from './answer-writer.ts';
import { Conditions, type Decisions } from './conditions.ts';
import { NotStatic } from './not-static.ts';
import { Completion } from './resolved-roots.ts';

/** The conditions of an operation, and the writer of each shape; null for a shape that cannot be written. */
interface AnswerWriters {
  conditions: Conditions;
  writers: Map<string, AnswerWriter | null>;
}

/**
 * Runs valid operations of every transport: static queries by an answer writer, all others by graphql-js. Each root field is resolved
 * once: graphql-js completes the values that the answer writer cannot write.
 */
@Injectable()
export class Executor {
  /** Set by the driver at start. */
  schema!: GraphQLSchema;
  /** The limits of reported variable errors. */
  readonly limits: ReturnType<typeof errorLimits>['execution'];
  /** A document counts once per shape of its response. */
  private readonly known = new LRUCache<string, AnswerWriters | 'not static'>({ maxSize: MAX_CACHED_TOKENS });
  private completion: Completion | undefined;

  constructor(config: Config) {
    this.limits = errorLimits(config).execution;
  }

  /** Runs a valid operation with graphql-js. The result has no `data` if its variables do not fit. */
  run(
    { document, name }: { document: DocumentNode; name?: string | null },
    contextValue: GraphqlContext,
    variableValues: Record<string, unknown>,
  ): ExecutionResult | Promise<ExecutionResult> {
    const { schema, limits } = this;
    return execute({ ...limits, schema, document, operationName: name, contextValue, variableValues }) as
      | ExecutionResult
      | Promise<ExecutionResult>;
  }

  /**
   * Runs a valid query with an answer writer.
   * @returns undefined where the query needs graphql-js; then no resolver has run
   */
  async write(
    operation: GraphqlOperation,
    context: GraphqlContext,
    variables: Record<string, unknown>,
  ): Promise<Written | ExecutionResult | undefined> {
    const known = this.known.get(operation.id) ?? this.keep(operation);
    if (known === 'not static') return undefined;
    const decisions = known.conditions.decide(variables);
    if (!decisions) return undefined;
    const shape = [...decisions.values()].join();
    let writer = known.writers.get(shape);
    if (writer === undefined) known.writers.set(shape, (writer = this.writerOf(operation, decisions)));
    const answer = await writer?.run(context, variables);
    if (!answer || !('roots' in answer)) return answer;
    const { document, node } = operation;
    this.completion ??= new Completion(this.schema);
    return this.completion.run({ document, node, contextValue: context, variables, roots: answer.roots });
  }

  private keep({ id, document, node }: GraphqlOperation): AnswerWriters | 'not static' {
    const known = knownOf(document, node);
    const shapes = known === 'not static' ? 1 : known.conditions.shapes;
    this.known.set(id, known, { size: documentSize(document) * shapes });
    return known;
  }

  private writerOf(
    { document, node, isPersisted = false }: GraphqlOperation,
    decisions: Decisions,
  ): AnswerWriter | null {
    try {
      return new AnswerWriter(this.schema, document, node, decisions, isPersisted);
    } catch (error) {
      if (error instanceof NotStatic) return null;
      throw error;
    }
  }
}

function knownOf(document: DocumentNode, node: OperationDefinitionNode): AnswerWriters | 'not static' {
  if (node.operation !== 'query') return 'not static';
  try {
    return { conditions: Conditions.of(document, node), writers: new Map() };
  } catch (error) {
    if (error instanceof NotStatic) return 'not static';
    throw error;
  }
}
