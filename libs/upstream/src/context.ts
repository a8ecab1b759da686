import { GatewayError } from '#libs/errors';
import type { RequestStore, TraceContext } from '#libs/observe';

/** Who asks. */
export interface Caller {
  /** The user's id; undefined for a client that has not logged in. */
  readonly id?: string;
  readonly scopes: readonly string[];
  /** The API key that they came with, which has its own limits. */
  readonly apiKeyId?: string;
  /** How much that key may ask for, where it has a limit of its own: a number in a window of milliseconds. */
  readonly rateLimit?: { readonly limit: number; readonly windowMs: number };
  /** The session that they came with; undefined for a token of an outside issuer. */
  readonly sessionId?: string;
  /** When their token ends to be valid, on the wall clock, in milliseconds; undefined where a session says that. */
  readonly expiresAt?: number;
  /** When they proved who they are, in seconds since 1970; undefined where that is not known (OpenID Connect Core, section 2). */
  readonly authTime?: number | undefined;
  /** How they did, as the issuer of their token calls it (`acr`). */
  readonly acr?: string | undefined;
}

/** Where a request comes from. */
export interface Client {
  /** The IP address, as far as proxies can be believed; empty where nobody asked. */
  readonly address: string;
  /** What it calls itself. */
  readonly userAgent: string;
}

const NOBODY: Client = { address: '', userAgent: '' };

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

/** One try of one call, as it is witnessed. */
export interface TryRecord {
  upstream: string;
  method: string;
  /** 1 for the first; more for retries. */
  number: number;
  isHedge: boolean;
  /** `OK`, the code of the error, or `CANCELLED` where nobody waited for it any more. */
  outcome: string;
  durationMs: number;
  /** What of it was spent waiting for a place. */
  queueMs: number;
  breaker: 'CLOSED' | 'OPEN' | 'HALF_OPEN' | 'RAMPING' | 'OFF';
}

/** Why a context ended: its time was up, nobody waits any more, or another try was faster. */
export type Ending = 'deadline' | 'client' | 'rival';

/** What a context is made of. */
export interface ContextOptions {
  /** What the request's log lines carry. */
  log: RequestStore;
  /** The trace to pass on; undefined for a request that came with none. */
  trace?: TraceContext;
  /** How long the whole request may take, in milliseconds. */
  timeoutMs: number;
  caller?: Caller;
  client?: Client;
  /** When the request came, on the clock of `performance.now()`; now where it is left out. */
  startedAt?: number;
}

/**
 * What a request carries through the house and changes behaviour: who asks, how long there is, and what ends the
 * calls made for it. Always the first parameter, always called `context`.
 */
export class Context {
  readonly log: RequestStore;
  readonly trace: TraceContext | undefined;
  /** When the request came, on the clock of `performance.now()`. */
  readonly startedAt: number;
  /** When the request must be answered, on the clock of `performance.now()`. */
  expiresAt: number;
  /** Set by the edge once it knows. */
  caller: Caller;
  readonly client: Client;
  /** The greater goes first where calls have to wait. */
  priority = 0;
  /** Whether nothing may be answered from memory: what is decided on it is written. */
  mustBeFresh = false;
  /** Told of each part of an answer as it is there, null for one that could not be had; where somebody wants it so. */
  onPart: ((name: string, part: unknown) => void) | undefined;
  /** Parts of what was asked for with this context that could not be had, or that a stale answer stands in for. */
  readonly degraded: Degraded[] = [];
  /** Every try made for this request, as they ended. */
  tries: TryRecord[] = [];
  /** What others have for each request: `PerContext`. */
  readonly own: unknown[] = [];
  protected ended: Ending | undefined;
  /** Undefined where nothing was invalidated, and no work was detached that could. */
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
    client = NOBODY,
    startedAt = performance.now(),
  }: ContextOptions) {
    this.log = log;
    this.trace = trace;
    this.startedAt = startedAt;
    this.expiresAt = this.startedAt + timeoutMs;
    this.caller = caller;
    this.client = client;
  }

  /** The context of the request itself; another one for a child. */
  get root(): Context {
    return this;
  }

  /** Undefined while there is somebody who waits, and time. */
  get endedBy(): Ending | undefined {
    return this.ended;
  }

  /**
   * The age of the oldest stale answer that was given to this context in place of one that the upstream could not give (in
   * time), in whole seconds; undefined where all were as fresh as their declaration promises.
   */
  get staleAgeSeconds(): number | undefined {
    return this.staleAgeMs === undefined ? undefined : Math.floor(this.staleAgeMs / 1000);
  }

  /** What is left of the time, in milliseconds; never below 0. */
  get remainingMs(): number {
    return Math.max(0, this.expiresAt - performance.now());
  }

  /** For how many requests a call is made: more than one where they share it. */
  get weight(): number {
    return 1;
  }

  /** The error to answer with once the context has ended. */
  get reason(): GatewayError {
    const detail = this.endedBy === 'deadline' ? undefined : 'The client did not wait for the answer.';
    return new GatewayError('UPSTREAM_TIMEOUT', { detail, cause: `ended by ${this.endedBy}` });
  }

  /**
   * Calls `listener` when the time is up or nobody waits any more; at once if that is so already. The timer behind
   * it, one for all listeners, starts with the first.
   * @returns takes the listener away again
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

  /** The same as a signal, for what takes one. Its reason is the error to answer with. */
  get signal(): AbortSignal {
    if (!this.controller) {
      const controller = new AbortController();
      this.controller = controller;
      this.onEnd(() => controller.abort(this.reason));
    }
    return this.controller.signal;
  }

  /** Ends the calls made for this request. */
  end(by: Ending = 'client'): void {
    if (this.endedBy) return;
    this.ended = by;
    this.settle();
    if (!this.listeners) return;
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }

  /** All that was asked for has been answered: the clock stops. */
  settle(): void {
    clearTimeout(this.timer);
  }

  /**
   * Notes that a stale answer stands in for one that the upstream could not give.
   * @param ageMs how old it is, in milliseconds
   * @param _id of the thing, where many were asked for at once
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

  /** From now on nothing is answered from memory, to this context or to lookups by id of its whole request. */
  requireFresh(): void {
    this.mustBeFresh = true;
    this.root.mustBeFresh = true;
  }

  /**
   * The same request for work that must go on when the client has gone, under a deadline of its own: a write and
   * what undoes it.
   */
  detached(timeoutMs: number): Context {
    const { log, trace, caller, client } = this;
    const detached = new Context({ log, trace, caller, client, timeoutMs });
    detached.priority = this.priority;
    detached.tries = this.tries;
    detached.invalidated = this.root.invalidated ??= new Set();
    return detached;
  }

  /** When the timer that this context needs must ring; a child rings only where it is earlier than its parent. */
  protected startTimer(): NodeJS.Timeout | undefined {
    return setTimeout(() => this.end('deadline'), this.remainingMs).unref();
  }
}
