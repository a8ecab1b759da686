import { Config } from '#gateway/config/config';
import type { GraphqlContext } from '#gateway/declare/request-context';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { endedError, hasEnded } from '#gateway/transports/graphql/documents/ended';
import type { Retirement } from '#gateway/transports/graphql/operation/retirement';
import { withDegraded } from '#gateway/transports/graphql/execute/degraded-extensions';
import { Injectable } from '@nestjs/common';
import { createSourceEventStream, execute, type ExecutionResult, GraphQLError } from 'graphql';
import { Underway } from './underway.ts';

/** The last result of a subscription whose end has come while it was open. */
function goneResult(retirement: Retirement): ExecutionResult {
  const error = endedError(retirement);
  return { errors: [new GraphQLError(error.message, { originalError: error })] };
}

/** Runs the subscriptions of every transport. */
@Injectable()
export class Subscribe {
  constructor(
    private readonly executor: Executor,
    private readonly config: Config,
  ) {}

  /**
   * Runs a valid subscription: one result per event, each with its own context, so with new loaders and a request's deadline. All
   * upstream calls are cancelled when the client disconnects.
   * @param left aborted when the client disconnects
   * @returns a result with errors where the subscription cannot start
   */
  async run(
    { document, node, retirement }: GraphqlOperation,
    variableValues: Record<string, unknown>,
    { context, request }: GraphqlContext,
    left: AbortSignal,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
    const { schema, limits } = this.executor;
    const args = { ...limits, schema, document, operationName: node.name?.value, variableValues };
    const underway = new Underway(context, request, this.config.REQUEST_TIMEOUT_MS, left);
    const source = await underway.run((contextValue) => createSourceEventStream({ ...args, contextValue }));
    if (!(Symbol.asyncIterator in source)) return source;
    const events = source[Symbol.asyncIterator]();
    if (left.aborted) void events.return?.();
    return this.results(events, underway, retirement, async (rootValue, contextValue) =>
      withDegraded(await execute({ ...args, rootValue, contextValue }), contextValue),
    );
  }

  /** Maps events to results. Not a generator: its `return` would wait for the next event. */
  private results(
    events: AsyncIterator<unknown>,
    underway: Underway,
    retirement: Retirement | undefined,
    result: (event: unknown, context: GraphqlContext) => Promise<ExecutionResult>,
  ): AsyncIterableIterator<ExecutionResult> {
    const over = { value: undefined, done: true as const };
    let hasFailed = false;
    return {
      async next() {
        if (hasFailed) return over;
        const { value, done } = await events.next();
        if (done) return over;
        if (retirement && hasEnded(retirement)) {
          hasFailed = true;
          underway.cancel();
          await events.return?.();
          return { value: goneResult(retirement), done: false };
        }
        return { value: await underway.run(async (context) => result(value, context), value), done: false };
      },
      async return() {
        underway.cancel();
        await events.return?.();
        return over;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
