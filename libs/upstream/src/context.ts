import { GatewayError } from '#libs/errors';
import type { RequestStore } from '#libs/observe';

/** Who asks. */
export interface Caller {
  /** The user's id; undefined for a client that has not logged in. */
  readonly id?: string;
  readonly scopes: readonly string[];
}

/** A client that has not logged in. */
export const anonymous: Caller = { scopes: [] };

/** A part of the answer that could not be had. */
export interface Degraded {
  /** Path of the part in the answer, for example `recentOrders`. */
  part: string;
  reason: 'UNAVAILABLE' | 'TIMEOUT' | 'OVERLOADED' | 'BAD_RESPONSE' | 'STALE';
  /** How old what is served instead is, in seconds. */
  ageSeconds?: number;
}

/** What a context is made of. */
export interface ContextOptions {
  /** What the request's log lines carry. */
  log: RequestStore;
  /** W3C Trace Context header to pass on. */
  traceparent?: string;
  /** How long the whole request may take, in milliseconds. */
  timeoutMs: number;
  caller?: Caller;
}

/**
 * What a request carries through the house and changes behaviour: who asks, how long there is, and the signal that
 * ends the calls made for it. Always the first parameter, always called `context`.
 */
export class Context {
  readonly log: RequestStore;
  readonly traceparent: string | undefined;
  /** When the request came, on the clock of `performance.now()`. */
  readonly startedAt = performance.now();
  /** When the request must be answered, on the clock of `performance.now()`. */
  readonly expiresAt: number;
  /** Set by the edge once it knows. */
  caller: Caller;
  /** Every part of any answer of this request that could not be had. */
  readonly degraded: Degraded[] = [];
  private controller: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended: GatewayError | undefined;

  constructor({ log, traceparent, timeoutMs, caller = anonymous }: ContextOptions) {
    this.log = log;
    this.traceparent = traceparent;
    this.expiresAt = this.startedAt + timeoutMs;
    this.caller = caller;
  }

  /** What is left of the request's time, in milliseconds; never below 0. */
  get remainingMs(): number {
    return Math.max(0, this.expiresAt - performance.now());
  }

  /**
   * Aborts when the time is up or the client has gone. Its reason is the error to answer with.
   * The timer behind it, one a request, starts when the signal is first asked for.
   */
  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.ended) this.controller.abort(this.ended);
      else this.timer = setTimeout(() => this.end(new GatewayError('UPSTREAM_TIMEOUT')), this.remainingMs).unref();
    }
    return this.controller.signal;
  }

  /** Ends the calls made for this request: the client has gone, or has its answer. */
  end(reason = new GatewayError('UPSTREAM_TIMEOUT', { detail: 'The client did not wait for the answer.' })): void {
    this.ended ??= reason;
    clearTimeout(this.timer);
    this.controller?.abort(this.ended);
  }

  /** All that was asked for has been answered: the clock stops. */
  settle(): void {
    clearTimeout(this.timer);
  }

  /**
   * The same request for work that must go on when the client has gone, under a deadline of its own: a write and
   * what undoes it.
   */
  detached(timeoutMs: number): Context {
    const { log, traceparent, caller } = this;
    return new Context({ log, traceparent, caller, timeoutMs });
  }
}
