import { GatewayError } from '#libs/errors';
import type { Recording, RequestStore, Span, TraceContext } from '#libs/observe';
import { anonymous, type Caller, type Client, internalClient } from './caller.ts';
import { UpstreamWait } from './upstream-wait.ts';

/** A part of the answer that is missing or stale. */
export interface Degraded {
  /** Path of the part in the answer, for example `recentOrders`. */
  part: string;
  reason: 'UNAVAILABLE' | 'TIMEOUT' | 'OVERLOADED' | 'BAD_RESPONSE' | 'STALE';
  /** The age of the stale answer, in seconds. */
  ageSeconds?: number;
}

/** The record of one try of a call. */
export interface TryRecord {
  upstream: string;
  method: string;
  /** 1 for the first; more for retries. */
  number: number;
  isHedge: boolean;
  /** `OK`, the code of the error, or `CANCELLED` if no request waited for it any more. */
  outcome: string;
  durationMs: number;
  /** The time spent waiting in the bulkhead, and for a probe of the breaker. */
  queueMs: number;
  breaker: 'CLOSED' | 'OPEN' | 'HALF_OPEN' | 'RAMPING' | 'OFF';
}

/** Why a context ended: its deadline passed, the client has gone, or another try was faster. */
export type Ending = 'deadline' | 'client' | 'rival';

/** Options of a context. */
export interface ContextOptions {
  /** The fields of the request's log lines. */
  log: RequestStore;
  /** The trace context to propagate; undefined if the request has none. */
  trace?: TraceContext;
  /** The timeout of the whole request, in milliseconds. */
  timeoutMs: number;
  caller?: Caller;
  client?: Client;
  /** When the request arrived, by `performance.now()`; defaults to now. */
  startedAt?: number;
  /** The span that its work belongs to. */
  span?: Span;
}

/**
 * The state of a request that changes behaviour: caller, deadline and cancellation. It is always the first parameter,
 * always named `context`.
 */
export class Context {
  readonly log: RequestStore;
  /** The trace that the request came with; calls carry `outgoingTrace`. */
  readonly trace: TraceContext | undefined;
  /** The span that its work belongs to; undefined if nothing records the request. */
  span: Span | undefined;
  /** When the request arrived, by `performance.now()`. */
  readonly startedAt: number;
  /** The deadline, by `performance.now()`. */
  expiresAt: number;
  /** Set by the edge after authentication. */
  caller: Caller;
  readonly client: Client;
  /** The higher goes first in queues. */
  priority = 0;
  /** Whether the cache is bypassed: a write depends on the answers. */
  noCache = false;
  /**
   * The time after which a stale answer is used in place of the upstream's, in milliseconds; undefined if there is none.
   */
  staleAfterMs: number | undefined;
  /**
   * Called with each part of an answer as it completes, null for a missing one, and what of it is missing or stale;
   * undefined unless parts are streamed.
   */
  onPart: ((name: string, part: unknown, degraded: readonly Degraded[]) => void) | undefined;
  /** Missing and stale parts of the answers requested with this context. */
  readonly degraded: Degraded[] = [];
  /** Every try made for this request, in the order they ended. */
  tries: TryRecord[] = [];
  /** The values of `PerContext`. */
  readonly own: unknown[] = [];
  protected ended: Ending | undefined;
  /** Undefined, each, until a call is made, a tag is invalidated or work is detached. */
  private wait: UpstreamWait | undefined;
  private invalidated: Set<string> | undefined;
  private staleAgeMs: number | undefined;
  private listeners: Set<() => void> | undefined;
  private controller: AbortController | undefined;
  protected timer: NodeJS.Timeout | undefined;

  constructor({
    log,
    trace,
    timeoutMs,
    caller = anonymous,
    client = internalClient,
    startedAt = performance.now(),
    span,
  }: ContextOptions) {
    this.log = log;
    this.trace = trace;
    this.span = span;
    this.startedAt = startedAt;
    this.expiresAt = this.startedAt + timeoutMs;
    this.caller = caller;
    this.client = client;
  }

  /** The recording of the request; undefined if nothing records it. */
  get recording(): Recording | undefined {
    return this.span?.recording;
  }

  /** The trace context of requests made for it: its span's if that is propagated, else the original one. */
  get outgoingTrace(): TraceContext | undefined {
    return this.span?.recording.contextOf(this.span) ?? this.trace;
  }

  /** The context of the request itself; for a child, that of its root. */
  get root(): Context {
    return this;
  }

  /** Why the context ended; undefined while it is active. */
  get endedBy(): Ending | undefined {
    return this.ended;
  }

  /**
   * The age of the oldest stale answer used in place of one that the upstream could not give (in time), in whole
   * seconds; undefined if all were within their declared lifetime.
   */
  get staleAgeSeconds(): number | undefined {
    return this.staleAgeMs === undefined ? undefined : Math.floor(this.staleAgeMs / 1000);
  }

  /** The time until the deadline, in milliseconds; never below 0. */
  get remainingMs(): number {
    return Math.max(0, this.expiresAt - performance.now());
  }

  /** Measures the calls that the request waits for, those of detached work included. */
  get upstreamWait(): UpstreamWait {
    return (this.root.wait ??= new UpstreamWait());
  }

  /** The time in which the request waited for at least one call, in milliseconds; concurrent calls count once. */
  get waitedMs(): number {
    return this.root.wait?.ms ?? 0;
  }

  /** The number of requests that a call is made for: more than one if they share it. */
  get weight(): number {
    return 1;
  }

  /** The error to throw once the context has ended. */
  get reason(): GatewayError {
    const detail = this.endedBy === 'deadline' ? undefined : 'The client did not wait for the answer.';
    return new GatewayError('UPSTREAM_TIMEOUT', { detail, cause: `ended by ${this.endedBy}` });
  }

  /**
   * Calls `listener` when the context ends; at once if it has. The deadline's timer, one for all listeners, starts
   * with the first.
   * @returns removes the listener
   */
  onEnd(listener: () => void): () => void {
    if (this.endedBy) {
      listener();
      return () => {};
    }
    this.timer ??= this.startTimer();
    const listeners = (this.listeners ??= new Set());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** The same as an `AbortSignal`, whose reason is the error to throw. */
  get signal(): AbortSignal {
    if (!this.controller) {
      const controller = new AbortController();
      this.controller = controller;
      this.onEnd(() => controller.abort(this.reason));
    }
    return this.controller.signal;
  }

  /** Ends the context, which cancels the calls made for it. */
  end(by: Ending = 'client'): void {
    if (this.endedBy) return;
    this.ended = by;
    this.settle();
    if (!this.listeners) return;
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }

  /** Stops the deadline's timer: the request has been answered. */
  settle(): void {
    clearTimeout(this.timer);
  }

  /**
   * Notes that a stale answer is used in place of one that the upstream could not give.
   * @param ageMs its age, in milliseconds
   * @param _id of the thing, if many were requested at once
   */
  noteStale(ageMs: number, _id?: string): void {
    if (this.staleAgeMs === undefined || ageMs > this.staleAgeMs) this.staleAgeMs = ageMs;
  }

  /** Tags of public answers that writes made for this request have invalidated, those of detached work included. */
  get invalidatedTags(): ReadonlySet<string> | undefined {
    return this.root.invalidated;
  }

  /** Notes that a write has invalidated the public answers with these tags. */
  noteInvalidated(tags: readonly string[]): void {
    const invalidated = (this.root.invalidated ??= new Set());
    for (const tag of tags) invalidated.add(tag);
  }

  /** Bypasses the cache from now on, for this context and for lookups by id of its whole request. */
  bypassCache(): void {
    this.noCache = true;
    this.root.noCache = true;
  }

  /** A context of the same request with its own deadline, for work that goes on without the client: a write, its compensation. */
  detached(timeoutMs: number): Context {
    const { log, trace, caller, client, span } = this;
    const detached = new Context({ log, trace, caller, client, timeoutMs, span });
    detached.priority = this.priority;
    detached.tries = this.tries;
    detached.wait = this.upstreamWait;
    detached.invalidated = this.root.invalidated ??= new Set();
    return detached;
  }

  /** Starts the deadline's timer; a child starts one only if its deadline is earlier than its parent's. */
  protected startTimer(): NodeJS.Timeout | undefined {
    return setTimeout(() => this.end('deadline'), this.remainingMs).unref();
  }
}
