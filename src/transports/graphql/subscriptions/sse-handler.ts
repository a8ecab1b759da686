import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { isGone } from '#gateway/edge/context/is-gone';
import type { EventStream } from '#gateway/transports/sse/event-stream';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { openEventStream } from '#gateway/transports/sse/open-event-stream';
import { inRequest } from '#libs/observe';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { Subscribe } from './subscribe.ts';

/** Serves subscriptions as server-sent events: GraphQL over SSE, distinct connections mode (graphql-sse's PROTOCOL.md). */
@Injectable()
export class SseHandler {
  constructor(
    private readonly subscribe: Subscribe,
    private readonly streams: OpenStreams,
    private readonly errors: ErrorFormat,
  ) {}

  /**
   * Streams an admitted subscription.
   * @throws {GatewayError} GRAPHQL_VALIDATION_FAILED if its variables do not fit, RATE_LIMITED or OVERLOADED beyond a limit of open
   * streams
   */
  async open(
    operation: GraphqlOperation,
    variables: Record<string, unknown>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const results = await this.subscribe.run(
      operation,
      variables,
      { context: request.context, request },
      leftSignal(reply),
    );
    if (areRefused(results)) throw this.errors.refusal(results.errors);
    const stream = this.streamFor(results, request, reply);
    request.context.settle();
    if (Symbol.asyncIterator in results) return this.pass(results, stream, request);
    stream.send({ event: 'next', data: this.formatted(results) });
    stream.end('complete', '');
  }

  /** Opens the stream; cancels the subscription if there are too many streams. */
  private streamFor(results: object, request: FastifyRequest, reply: FastifyReply): EventStream {
    try {
      return openEventStream(this.streams, request, reply);
    } catch (error) {
      if (Symbol.asyncIterator in results) void (results as AsyncIterableIterator<ExecutionResult>).return?.();
      throw error;
    }
  }

  private async pass(
    results: AsyncIterableIterator<ExecutionResult>,
    stream: EventStream,
    request: FastifyRequest,
  ): Promise<void> {
    stream.onOver(() => void results.return?.());
    await inRequest(request.context.log, async () => {
      try {
        for await (const result of results) stream.send({ event: 'next', data: this.formatted(result) });
      } catch (error) {
        const failure = new GraphQLError('The event stream failed.', { originalError: error as Error });
        stream.send({ event: 'next', data: this.formatted({ errors: [failure] }) });
      }
    });
    stream.end('complete', '');
  }

  private formatted({ data, errors, extensions }: ExecutionResult): object {
    const formatted = errors?.map((error) => this.errors.format(error));
    return { errors: formatted, data, extensions };
  }
}

/** Whether the variables were refused: errors of a field have its path. */
const areRefused = (results: object): results is { errors: readonly GraphQLError[] } =>
  'errors' in results && (results.errors as readonly GraphQLError[]).every(({ path }) => path === undefined);

/** A signal that aborts when the client disconnects. */
function leftSignal({ raw }: FastifyReply): AbortSignal {
  if (isGone(raw)) return AbortSignal.abort();
  const left = new AbortController();
  raw.once('close', () => left.abort());
  return left.signal;
}
