import { Config } from '#gateway/config/config';
import { DocumentRefused } from '#gateway/edge/errors/document-refused';
import type { Deprecation } from '#gateway/declare/deprecated';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import { Reserve } from '#gateway/transports/graphql/limits/reserve';
import { checkParams } from '#gateway/transports/graphql/documents/params';
import { AdHocDocuments } from '#gateway/transports/graphql/documents/ad-hoc-documents';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { OperationRunner } from '#gateway/transports/graphql/run/operation-runner';
import type { GraphqlContext } from '#gateway/declare/request-context';
import { endMessage, messageContext } from '#gateway/edge/context/message-context';
import type { Context } from '#libs/upstream';
import { GatewayError } from '#libs/errors';
import { inRequest } from '#libs/observe';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import { recorded } from '#gateway/transports/graphql/operation/operation-span';
import { Subscribe } from './subscribe.ts';
import { unlessLeft, untilLeft } from './unless-left.ts';

/** The most concurrent operations of a connection. */
const MAX_UNDER_WAY = 50;

/** The context of an operation, and the upgrade request of its connection. */
type Began = Pick<GraphqlContext, 'context' | 'request'>;

/** An operation of a connection, handled like a request. */
interface AdmittedOperation extends Began {
  operation: GraphqlOperation;
  variables: Record<string, unknown>;
  /** The announced end of it or of a root field, which its results have: a socket has no headers. */
  deprecation: Deprecation | undefined;
  /** Aborted when the client completes the operation or disconnects. */
  left: AbortSignal;
}

/** The operations of a connection by id, as graphql-ws stores them: it calls `return` when the client completes one. */
type UnderWay = Record<string, AsyncGenerator<unknown> | AsyncIterable<unknown> | null>;

/** Runs the operations of WebSocket connections; each has its own request id, limits and deadline. */
@Injectable()
export class SocketOperations {
  constructor(
    private readonly documents: Documents,
    private readonly adHoc: AdHocDocuments,
    private readonly executor: Executor,
    private readonly reserve: Reserve,
    private readonly runner: OperationRunner,
    private readonly subscriptions: Subscribe,
    private readonly config: Config,
    private readonly errors: ErrorFormat,
  ) {}

  /**
   * Admits or refuses an operation before it runs. From here on its upstream calls are cancelled when the client completes it or
   * disconnects, as over HTTP.
   * @param underWay the operations of the connection, including this one
   */
  async begin(
    request: FastifyRequest,
    underWay: UnderWay,
    id: string,
    payload: object,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const context = messageContext(request.context, 'graphql', this.config.REQUEST_TIMEOUT_MS);
    const left = new AbortController();
    underWay[id] = cancelledBy(() => {
      left.abort();
      context.end('client');
    });
    return unlessLeft(
      left.signal,
      this.admitted({ context, request }, Object.keys(underWay).length, payload, left.signal),
    );
  }

  private async admitted(began: Began, underWay: number, payload: object, left: AbortSignal) {
    const { context } = began;
    try {
      if (underWay > MAX_UNDER_WAY)
        throw new GatewayError('RATE_LIMITED', {
          source: 'socket-operations',
          detail: `A connection may have at most ${MAX_UNDER_WAY} concurrent operations.`,
        });
      const begun = await inRequest(context.log, () => this.decide(began, payload, left));
      if (left.aborted) {
        context.settle();
        endMessage(context);
      }
      const { document, node } = begun.operation;
      const { schema } = this.executor;
      return { schema, document, operationName: node.name?.value, contextValue: begun };
    } catch (error) {
      endMessage(context, error instanceof GatewayError ? error.code : 'INTERNAL');
      if (!(error instanceof GatewayError)) throw error;
      return this.refused(context, error);
    }
  }

  subscribe({ contextValue }: ExecutionArgs) {
    const { operation, variables, context, request, left } = contextValue as AdmittedOperation;
    context.settle();
    const run = () => this.subscriptions.run(operation, variables, { context, request }, left);
    // Its events have recordings of their own.
    const results = inRequest(context.log, () => recorded(operation, context, run)).finally(() =>
      endMessage(context),
    );
    return unlessLeft(
      left,
      results.then((its) => (Symbol.asyncIterator in its ? untilLeft(left, its) : its)),
    );
  }

  execute({ contextValue }: ExecutionArgs): Promise<ExecutionResult> {
    const admitted = contextValue as AdmittedOperation;
    return unlessLeft(admitted.left, this.executed(admitted));
  }

  private async executed({ operation, variables, context, request }: AdmittedOperation): Promise<ExecutionResult> {
    try {
      const run = async () => this.runner.run(operation, variables, { context, request });
      return await inRequest(context.log, () => recorded(operation, context, run));
    } finally {
      context.settle();
      endMessage(context);
    }
  }

  /** Formats the errors of a result. */
  formatted(
    { contextValue }: ExecutionArgs,
    { data, errors, extensions }: ExecutionResult,
  ): FormattedExecutionResult {
    const { context, deprecation } = contextValue as AdmittedOperation;
    const published = errors && this.published(context, errors);
    const all = deprecation ? { ...extensions, deprecation } : extensions;
    return { ...(published ? { errors: published } : {}), data, ...(all ? { extensions: all } : {}) };
  }

  private async decide(began: Began, payload: object, left: AbortSignal): Promise<AdmittedOperation> {
    const params = checkParams(payload);
    const resolved = this.documents.resolve(began.context, params);
    const operation = this.adHoc.requested(resolved, params.operationName);
    const { variables } = params;
    let deprecation: Deprecation | undefined;
    await this.reserve.take(operation, variables, resolved.trusted !== undefined, began.context, {
      headers: () => {},
      announce: (announced) => (deprecation = announced),
    });
    this.runner.admit(operation, began.context);
    return { ...began, operation, variables, deprecation, left };
  }

  private refused(context: Context, error: GatewayError): readonly GraphQLError[] {
    if (error instanceof DocumentRefused) return error.mistakes.map(asError);
    return this.published(context, [new GraphQLError(error.message, { originalError: error })]).map(asError);
  }

  private published(context: Context, errors: readonly GraphQLError[]): GraphQLFormattedError[] {
    return inRequest(context.log, () => errors.map((error) => this.errors.format(error)));
  }
}

/** Wraps a formatted error for graphql-ws, which takes errors of graphql-js and serializes them with `toJSON`. */
function asError({ message, ...others }: GraphQLFormattedError): GraphQLError {
  const error = new GraphQLError(message);
  return Object.assign(error, { toJSON: () => ({ message, ...others }) });
}

/** Stands in graphql-ws's list for an operation without results yet: never read; its `return` is called on cancellation. */
const cancelledBy = (cancel: () => void): AsyncGenerator<never> =>
  ({ return: async () => cancel(), [Symbol.asyncIterator]: () => ({}) }) as unknown as AsyncGenerator<never>;
