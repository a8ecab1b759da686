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
import type { PreparedOperation } from '#gateway/transports/graphql/operation/prepared-operation';
import { AnswerWriter, type Written } from './answer-writer.ts';
import { Conditions, type Decisions } from './conditions.ts';
import { NotStatic } from './not-static.ts';

/** How much text writers are kept for, in characters: that of each document, once for each shape of its answer. */
const MAX_KEPT_CHARS = 500_000;

/** What is known of an operation: what its shape depends on, and what writes each shape, null where nothing can. */
interface Known {
  conditions: Conditions;
  writers: Map<string, AnswerWriter | null>;
}

/** Runs valid operations, whichever transport they came by: queries by an answer writer where one can, all others by graphql-js. */
@Injectable()
export class Compiled {
  /** Given by the driver, once it is made. */
  schema!: GraphQLSchema;
  /** How much is said of what is wrong with variables. */
  readonly limits: ReturnType<typeof errorLimits>['execution'];
  private readonly known = new LRUCache<string, Known | 'not static'>({ maxSize: MAX_KEPT_CHARS });

  constructor(config: Config) {
    this.limits = errorLimits(config).execution;
  }

  /** Runs a valid operation as graphql-js does. Without `data` where its variables do not fit. */
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
   * Runs a valid query and writes its answer, where that can be done without an executor.
   * @returns undefined where it cannot
   */
  async write(
    operation: PreparedOperation,
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
    return writer?.run(context, variables);
  }

  private keep({ id, document, node }: PreparedOperation): Known | 'not static' {
    const known = knownOf(document, node);
    const shapes = known === 'not static' ? 1 : known.conditions.shapes;
    this.known.set(id, known, { size: (document.loc?.end || 1_000) * shapes });
    return known;
  }

  private writerOf(
    { document, node, isTrusted = false }: PreparedOperation,
    decisions: Decisions,
  ): AnswerWriter | null {
    try {
      return new AnswerWriter(this.schema, document, node, decisions, isTrusted);
    } catch (error) {
      if (error instanceof NotStatic) return null;
      throw error;
    }
  }
}

function knownOf(document: DocumentNode, node: OperationDefinitionNode): Known | 'not static' {
  if (node.operation !== 'query') return 'not static';
  try {
    return { conditions: Conditions.of(document, node), writers: new Map() };
  } catch (error) {
    if (error instanceof NotStatic) return 'not static';
    throw error;
  }
}
