import { Config } from '#gateway/config/config';
import type { GraphqlContext } from '#gateway/declare/request-context';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { withDegraded } from '#gateway/transports/graphql/execute/degraded-extensions';
import { Injectable } from '@nestjs/common';
import { createSourceEventStream, execute, type ExecutionResult } from 'graphql';
import { Underway } from './underway.ts';

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
    { document, node }: GraphqlOperation,
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
    return this.results(events, underway, async (rootValue, contextValue) =>
      withDegraded(await execute({ ...args, rootValue, contextValue }), contextValue),
    );
  }

  /** Maps events to results. Not a generator: its `return` would wait for the next event. */
  private results(
    events: AsyncIterator<unknown>,
    underway: Underway,
    result: (event: unknown, context: GraphqlContext) => Promise<ExecutionResult>,
  ): AsyncIterableIterator<ExecutionResult> {
    const over = { value: undefined, done: true as const };
    return {
      async next() {
        const { value, done } = await events.next();
        if (done) return over;
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
