import { Context, type Ending } from './context.ts';

/**
 * The context of a part of a request. It shares the caller, deadline, tries and loaders of the request, and ends with
 * it, never alone. Its own are `degraded` and `staleAgeSeconds`, for that part alone. It copies its parent's flags
 * when it is made.
 */
export class ChildContext extends Context {
  private readonly request: Context;

  constructor(private readonly parent: Context) {
    super({
      log: parent.log,
      trace: parent.trace,
      timeoutMs: 0,
      caller: parent.caller,
      client: parent.client,
      startedAt: parent.startedAt,
      span: parent.span,
    });
    this.request = parent.root;
    this.expiresAt = parent.expiresAt;
    this.priority = parent.priority;
    this.noCache = parent.noCache;
    this.staleAfterMs = parent.staleAfterMs;
    this.tries = parent.tries;
  }

  override get root(): Context {
    return this.request;
  }

  override get endedBy(): Ending | undefined {
    return this.parent.endedBy;
  }

  override get weight(): number {
    return this.parent.weight;
  }

  override get signal(): AbortSignal {
    return this.parent.signal;
  }

  override onEnd(listener: () => void): () => void {
    return this.parent.onEnd(listener);
  }

  override end(by?: Ending): void {
    this.parent.end(by);
  }

  /** The deadline's timer is the request's. */
  override settle(): void {}
}
