import { Config } from '#gateway/config/config';
import type { Asked } from '#gateway/edge/graphql/asked';
import { Documents } from '#gateway/edge/graphql/documents';
import { Compiled } from '#gateway/edge/graphql/execute/compiled';
import { formatError } from '#gateway/edge/graphql/format-error';
import { Reserve } from '#gateway/edge/graphql/limits/reserve';
import { OpenDocuments } from '#gateway/edge/graphql/prepared/open-documents';
import type { PreparedOperation } from '#gateway/edge/graphql/prepared/prepared-operation';
import { RunPrepared } from '#gateway/edge/graphql/prepared/run-prepared';
import { messageRequest } from '#gateway/edge/sockets/message-request';
import { GatewayError } from '#libs/errors';
import { inRequest } from '#libs/observe';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type ExecutionArgs, type ExecutionResult, type FormattedExecutionResult, GraphQLError } from 'graphql';
import { PinoLogger } from 'nestjs-pino';
import { Subscribe } from './subscribe.ts';

/** So many operations may a connection have under way. */
const MOST_UNDER_WAY = 50;

/** What an operation of a connection is: it takes the place of a request. */
interface Begun {
  operation: PreparedOperation;
  variables: Record<string, unknown>;
  request: FastifyRequest;
  /** Aborted when its client completes it, or has left. */
  left: AbortSignal;
}

/** The operations of a connection by their ids, as graphql-ws keeps them: it calls `return` when the client is done with one. */
type UnderWay = Record<string, AsyncGenerator<unknown> | AsyncIterable<unknown> | null>;

/** Runs what is asked over a WebSocket, each operation as a request of its own: with its id, its limits and its time. */
@Injectable()
export class SocketOperations {
  private readonly format: ReturnType<typeof formatError>;

  constructor(
    private readonly documents: Documents,
    private readonly open: OpenDocuments,
    private readonly compiled: Compiled,
    private readonly reserve: Reserve,
    private readonly prepared: RunPrepared,
    private readonly subscriptions: Subscribe,
    private readonly config: Config,
    logger: PinoLogger,
  ) {
    this.format = formatError(logger);
  }

  /**
   * Decides on an operation before any of it runs. From now on what it asks of upstreams is cancelled when its client completes
   * it or leaves, as it is for a request over HTTP.
   * @param underWay those of the connection, this one among them
   */
  async begin(
    asked: FastifyRequest,
    underWay: UnderWay,
    id: string,
    payload: Asked,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const request = messageRequest(asked, this.config.REQUEST_TIMEOUT_MS);
    const left = new AbortController();
    underWay[id] = cancelledBy(() => {
      left.abort();
      request.context.end('client');
    });
    try {
      if (Object.keys(underWay).length > MOST_UNDER_WAY)
        throw new GatewayError('RATE_LIMITED', {
          source: 'socket-operations',
          detail: `There may be ${MOST_UNDER_WAY} operations at once.`,
        });
      const begun = await inRequest(request.context.log, () => this.decide(request, payload, left.signal));
      const { document, node } = begun.operation;
      const { schema } = this.compiled;
      return { schema, document, operationName: node.name?.value, contextValue: begun };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const { code, errors } = error;
      return [new GraphQLError(error.message, { extensions: { code, requestId: request.id, errors } })];
    }
  }

  subscribe({ contextValue }: ExecutionArgs) {
    const { operation, variables, request, left } = contextValue as Begun;
    request.context.settle();
    return inRequest(request.context.log, () => this.subscriptions.run(operation, variables, request, left));
  }

  async execute({ contextValue }: ExecutionArgs): Promise<ExecutionResult> {
    const { operation, variables, request, left } = contextValue as Begun;
    const { context } = request;
    // A write that has not begun by then never does. The client is sent nothing any more.
    if (left.aborted) return {};
    try {
      return await inRequest(context.log, async () => this.prepared.run(operation, variables, request));
    } finally {
      context.settle();
    }
  }

  /** A result in our words. */
  told({ contextValue }: ExecutionArgs, { data, errors, extensions }: ExecutionResult): FormattedExecutionResult {
    const { context } = (contextValue as Begun).request;
    const told = errors?.map((error) => inRequest(context.log, () => this.format(error.toJSON(), error)));
    return { ...(told ? { errors: told } : {}), data, ...(extensions ? { extensions } : {}) };
  }

  private async decide(request: FastifyRequest, payload: Asked, left: AbortSignal): Promise<Begun> {
    const { text, trusted } = this.documents.resolve(payload);
    const operation =
      trusted ?? (text === undefined ? undefined : this.open.operationIn(text, payload.operationName));
    if (!operation) throw new GatewayError('GRAPHQL_PARSE_FAILED', { detail: 'There is no such operation.' });
    const variables = (payload.variables ?? {}) as Record<string, unknown>;
    await this.reserve.take(operation, variables, trusted !== undefined, request, { headers: () => {} });
    const mistake = trusted ? null : this.open.mistakeIn(operation);
    if (mistake !== null) throw new GatewayError('GRAPHQL_VALIDATION_FAILED', { detail: mistake });
    this.prepared.authorize(operation, request);
    return { operation, variables, request, left };
  }
}

/** Takes the place of an operation that has no results yet. graphql-ws never reads it, and returns it where it is no longer wanted. */
const cancelledBy = (cancel: () => void): AsyncGenerator<never> =>
  ({ return: async () => cancel(), [Symbol.asyncIterator]: () => ({}) }) as unknown as AsyncGenerator<never>;
