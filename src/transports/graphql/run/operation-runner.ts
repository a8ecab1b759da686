import { ACCESS, type Access, joinedAccess } from '#gateway/declare/access';
import { authorize } from '#gateway/identity/authorize';
import type { GraphqlContext } from '#gateway/declare/request-context';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import { Reserve } from '#gateway/transports/graphql/limits/reserve';
import { lacksAnything, withDegraded } from '#gateway/transports/graphql/execute/degraded-extensions';
import { OperationCalls } from '#gateway/transports/graphql/usage/operation-calls';
import { Injectable } from '@nestjs/common';
import type { Context } from '#libs/upstream';
import type { ExecutionResult } from 'graphql';
import { AdHocDocuments } from '#gateway/transports/graphql/documents/ad-hoc-documents';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { rootFields } from '#gateway/transports/graphql/operation/root-fields';

/** A response without errors. */
export interface WrittenAnswer {
  /** The JSON of `data`. */
  text: string;
  extensions?: ExecutionResult['extensions'];
}

/** Authorizes and runs parsed operations. The access rules of each operation are cached. */
@Injectable()
export class OperationRunner {
  private readonly access = new WeakMap<GraphqlOperation, Access>();

  constructor(
    private readonly executor: Executor,
    private readonly reserve: Reserve,
    private readonly documents: AdHocDocuments,
    private readonly errors: ErrorFormat,
    private readonly calls: OperationCalls,
  ) {}

  /**
   * Refuses an invalid or unauthorized operation before it runs.
   * @throws {GatewayError} GRAPHQL_VALIDATION_FAILED with each error, UNAUTHENTICATED, FORBIDDEN
   */
  admit(operation: GraphqlOperation, context: Context): void {
    const mistakes = this.documents.mistakesIn(operation);
    if (mistakes.length) {
      this.reserve.settle(context, {}, operation);
      throw this.errors.refusal(mistakes);
    }
    this.authorize(operation, context);
  }

  /** Checks the access rules of every selected root field, and counts the call. @throws {GatewayError} UNAUTHENTICATED, FORBIDDEN */
  authorize(operation: GraphqlOperation, context: Context): void {
    context.log.operation = operation.node.name?.value ?? 'anonymous';
    authorize(context, this.accessOf(operation));
    this.calls.count(context, operation);
  }

  /** Runs an operation with graphql-js. Errors are not formatted; the result has no `data` if its variables do not fit. */
  run(
    operation: GraphqlOperation,
    variables: Record<string, unknown>,
    context: GraphqlContext,
  ): ExecutionResult | Promise<ExecutionResult> {
    const { document, node } = operation;
    const named = { document, name: node.name?.value };
    const result = this.executor.run(named, context, variables);
    return result instanceof Promise
      ? result.then((one) => this.finished(one, operation, context))
      : this.finished(result, operation, context);
  }

  /**
   * Runs a query with an answer writer. @returns the JSON of its data, or a result with errors; undefined for an operation that
   * needs graphql-js: then no resolver has run
   */
  async write(
    operation: GraphqlOperation,
    variables: Record<string, unknown>,
    context: GraphqlContext,
  ): Promise<WrittenAnswer | ExecutionResult | undefined> {
    const written = await this.executor.write(operation, context, variables);
    if (!written) return undefined;
    if (!('text' in written)) return this.finished(written, operation, context);
    const { text, objects } = written;
    this.reserve.settleObjects(context.context, objects);
    if (!lacksAnything(context)) return { text };
    const { extensions } = withDegraded({ data: JSON.parse(text) as unknown } as ExecutionResult, context);
    return { text, extensions };
  }

  /** Adds degraded parts to a result, and settles its cost. @returns the result */
  finished(result: ExecutionResult, operation: GraphqlOperation, context: GraphqlContext): ExecutionResult {
    if (result.data !== undefined) withDegraded(result, context);
    this.reserve.settle(context.context, result, operation);
    return result;
  }

  private accessOf(operation: GraphqlOperation): Access {
    let access = this.access.get(operation);
    if (!access) this.access.set(operation, (access = this.joinedAccessOf(operation)));
    return access;
  }

  private joinedAccessOf({ node, document }: GraphqlOperation): Access {
    const fields = this.executor.schema.getRootType(node.operation)!.getFields();
    const names = [...new Set(rootFields(node.selectionSet, document))].filter((name) => !name.startsWith('__'));
    return joinedAccess(names.map((name) => fields[name]?.extensions[ACCESS] as Access | undefined));
  }
}
