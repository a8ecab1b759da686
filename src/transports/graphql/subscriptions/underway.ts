import type { GraphqlContext } from '#gateway/declare/request-context';
import { inheritCredentials } from '#gateway/identity/credentials';
import type { Context } from '#libs/upstream';
import type { FastifyRequest } from 'fastify';

/** What of a subscription is under way: each execution has a context of its own, and all of them end when the client leaves. */
export class Underway {
  private readonly contexts = new Set<Context>();

  /** @param opened what the subscription carries @param timeoutMs what each execution may take @param left aborted when the client has left */
  constructor(
    private readonly opened: Context,
    private readonly request: FastifyRequest,
    private readonly timeoutMs: number,
    private readonly left: AbortSignal,
  ) {
    left.addEventListener('abort', () => this.cancel(), { once: true });
  }

  /** Executes with a context that begins now. */
  async run<T>(execution: (context: GraphqlContext) => Promise<T>): Promise<T> {
    const context = this.opened.detached(this.timeoutMs);
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
      this.contexts.delete(context);
    }
  }

  /** Nobody waits for the results any more: the calls made for them end. */
  cancel(): void {
    for (const context of this.contexts) context.end('client');
  }
}
