import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { Injectable } from '@nestjs/common';
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { PreparedOperation } from '#gateway/edge/graphql/prepared/prepared-operation';
import { AnswerWriter, type Written } from './answer-writer.ts';
import { NotStatic } from './fields-selected.ts';

/** To compile a document takes longer than to run it a few times: one that nobody asks for again is not worth it. */
const TIMES_BEFORE = 3;
/** How much text is kept compiled, in characters. */
const MOST_COMPILED = 500_000;

interface Known {
  times: number;
  /** Undefined until it is compiled; null for what cannot be. */
  query?: CompiledQuery | null;
  /** The same of what writes its answer. */
  writer?: AnswerWriter | null;
}

/** What runs GraphQL operations, whichever door they came through: those that come often as compiled functions. */
@Injectable()
export class Compiled {
  /** Given by the driver, once it is made. */
  schema!: GraphQLSchema;
  private readonly known = new LRUCache<string, Known>({ maxSize: MOST_COMPILED });

  /**
   * Runs a valid operation.
   * @param key names the document and the operation in it
   * @param isKept whether it is one of ours, which will come again
   */
  run(
    key: string,
    { document, name }: { document: DocumentNode; name?: string | null },
    contextValue: GraphqlContext,
    variables: Record<string, unknown>,
    isKept = false,
  ): ExecutionResult | Promise<ExecutionResult> {
    const query = this.queryOf(key, document, name, isKept);
    const plainly = () => this.plainly(document, name, contextValue, variables);
    if (!query) return plainly();
    const result = query.query(undefined, contextValue, variables);
    // Nothing has run where there is no data: variables that do not fit are refused in the words of graphql-js.
    const orPlainly = (one: ExecutionResult) => (one.data === undefined ? plainly() : withWholeErrors(one));
    return result instanceof Promise ? result.then(orPlainly) : orPlainly(result);
  }

  /**
   * Runs a valid query and writes its answer, where that can be done without an executor.
   * @returns undefined where it cannot
   */
  async write(
    { id, document, node, isTrusted = false }: PreparedOperation,
    context: GraphqlContext,
    variables: Record<string, unknown>,
  ): Promise<Written | ExecutionResult | undefined> {
    const known = this.known.get(id) ?? this.keep(id, document, node.name?.value);
    if (known.writer === undefined) known.writer = this.writerOf(document, node, isTrusted);
    return known.writer?.run(context, variables);
  }

  private writerOf(
    document: DocumentNode,
    node: OperationDefinitionNode,
    isTrusted: boolean,
  ): AnswerWriter | null {
    try {
      return new AnswerWriter(this.schema, document, node, isTrusted);
    } catch (error) {
      if (error instanceof NotStatic) return null;
      throw error;
    }
  }

  private queryOf(key: string, document: DocumentNode, name: string | null | undefined, isKept: boolean) {
    const known = this.known.get(key) ?? this.keep(key, document, name);
    if (known.query !== undefined) return known.query;
    known.times += 1;
    if (!isKept && known.times <= TIMES_BEFORE) return undefined;
    const compiled = compileQuery(this.schema, document, name ?? undefined);
    return (known.query = isCompiledQuery(compiled) ? compiled : null);
  }

  /** A compiled mutation would go on where one of its fields has failed, and a document may have many. */
  private keep(key: string, document: DocumentNode, name: string | null | undefined): Known {
    const isQuery = getOperationAST(document, name)?.operation === 'query';
    const known: Known = { times: 0, query: isQuery ? undefined : null };
    this.known.set(key, known, { size: document.loc?.end ?? 1_000 });
    return known;
  }

  private plainly(
    document: DocumentNode,
    operationName: string | null | undefined,
    contextValue: GraphqlContext,
    variableValues: Record<string, unknown>,
  ): ExecutionResult | Promise<ExecutionResult> {
    const { schema } = this;
    return execute({ schema, document, operationName, contextValue, variableValues }) as
      | ExecutionResult
      | Promise<ExecutionResult>;
  }
}

/** The errors of compiled functions lack what Apollo takes for granted. */
function withWholeErrors(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  const errors = result.errors.map(({ message, path, originalError, locations }) =>
    Object.assign(new GraphQLError(message, { path, originalError }), { locations }),
  );
  return { ...result, errors };
}
