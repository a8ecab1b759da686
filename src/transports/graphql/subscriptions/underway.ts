import type { GraphqlContext } from '#gateway/declare/request-context';
import { inheritCredentials } from '#gateway/identity/credentials';
import { traceOf } from '#libs/events';
import type { Span } from '#libs/observe';
import type { Context } from '#libs/upstream';
import type { FastifyRequest } from 'fastify';

/** The running executions of a subscription: each has its own context, and all end when the client disconnects. */
export class Underway {
  private readonly contexts = new Set<Context>();

  /** @param opened the subscription's context @param timeoutMs the deadline of each execution @param left aborted on disconnect */
  constructor(
    private readonly opened: Context,
    private readonly request: FastifyRequest,
    private readonly timeoutMs: number,
    private readonly left: AbortSignal,
  ) {
    left.addEventListener('abort', () => this.cancel(), { once: true });
  }

  /** Runs an execution with a new context. @param event that it is for, whose span is linked to its publisher's */
  async run<T>(execution: (context: GraphqlContext) => Promise<T>, event?: unknown): Promise<T> {
    const context = this.opened.detached(this.timeoutMs);
    const span = event === undefined ? undefined : recordingOf(context);
    if (span) {
      context.span = span;
      span.linkTo(traceOf(event));
    }
    inheritCredentials(context, this.opened);
    this.contexts.add(context);
    if (this.left.aborted) context.end('client');
    try {
      return await execution({
        context,
        request: this.request,
      });
    } finally {
      context.settle();
      span?.end();
      this.contexts.delete(context);
    }
  }

  /** Cancels the upstream calls of all executions. */
  cancel(): void {
    for (const context of this.contexts) context.end('client');
  }
}

/** Each event has a recording of its own: that of an open stream would not end for hours. */
const recordingOf = ({ span }: Context): Span | undefined =>
  span?.recording.branch(span, { name: 'event', kind: 'consumer' }).root;
