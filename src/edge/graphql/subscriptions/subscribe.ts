import { Config } from '#gateway/config/config';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { Compiled } from '#gateway/edge/graphql/execute/compiled';
import type { PreparedOperation } from '#gateway/edge/graphql/prepared/prepared-operation';
import { withDegraded } from '#gateway/edge/graphql/tell-degraded';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { createSourceEventStream, execute, type ExecutionResult } from 'graphql';

/** Runs subscriptions, whichever door they came through. */
@Injectable()
export class Subscribe {
  constructor(
    private readonly compiled: Compiled,
    private readonly config: Config,
  ) {}

  /**
   * The results of a valid subscription, one an event, each with a context of its own: what was loaded for one event is asked
   * for again by the next, and each has a request's time.
   * @returns its errors where it cannot begin
   */
  async run(
    { document, node }: PreparedOperation,
    variableValues: Record<string, unknown>,
    request: FastifyRequest,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
    const { schema } = this.compiled;
    const args = { schema, document, operationName: node.name?.value, variableValues };
    const source = await createSourceEventStream({ ...args, contextValue: this.fresh(request) });
    if (!(Symbol.asyncIterator in source)) return source;
    const events = source[Symbol.asyncIterator]();
    return this.results(events, async (rootValue) => {
      const contextValue = this.fresh(request);
      return withDegraded(await execute({ ...args, rootValue, contextValue }), contextValue);
    });
  }

  /** No generator: one that waits for an event would not stop before it came. */
  private results(
    events: AsyncIterator<unknown>,
    result: (event: unknown) => Promise<ExecutionResult>,
  ): AsyncIterableIterator<ExecutionResult> {
    const over = { value: undefined, done: true as const };
    return {
      async next() {
        const { value, done } = await events.next();
        return done ? over : { value: await result(value), done: false };
      },
      async return() {
        await events.return?.();
        return over;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** The same request with a context that begins now. */
  private fresh(request: FastifyRequest): GraphqlContext {
    const context = request.context.detached(this.config.REQUEST_TIMEOUT_MS);
    return { request: Object.create(request, { context: { value: context } }) as FastifyRequest };
  }
}
