import { type Attributes, Span, type SpanKind } from './span.ts';
import type { TraceContext } from '#libs/observe';
import { newTraceId } from './trace-ids.ts';

/** How a recording begins. */
export interface RecordingOptions {
  /** `X-Request-Id`, or another id that log lines carry. */
  requestId: string;
  /** The trace that it continues; a new one without. */
  trace?: TraceContext;
  /** Whether all spans are exported; services that are called for it record theirs, too. */
  isSampled?: boolean;
  /** Whether services that are called for it learn its spans' ids; else they get `trace` as it came. */
  isPropagated?: boolean;
  /** Whether it is of work that outlived its request. */
  isBranch?: boolean;
  /** The first span. */
  name: string;
  kind: SpanKind;
  attributes?: Attributes;
  /** By `performance.now()`; defaults to now. */
  startMs?: number;
}

/** The most spans of one recording: what a request could cause without bound is counted from there on. */
export const MAX_SPANS = 1_000;

/** The sampled bit of trace flags. */
const SAMPLED = 0b01;
/** The bit for a trace id that is random (Level 2, section 3.2.2.5). */
const RANDOM = 0b10;

/**
 * What happened for one request, in spans. It is finished when its first span has ended and every other one has,
 * those of work that goes on after the response included; then its listener is called, once.
 */
export class Recording {
  /** The span of the client that sent the request, if it named one. */
  readonly parentId: string | undefined;
  readonly tracestate: string | undefined;
  readonly requestId: string;
  /** Whether its client's trace is sampled; undefined without one. */
  readonly isParentSampled: boolean | undefined;
  isSampled: boolean;
  isPropagated: boolean;
  readonly isBranch: boolean;
  /** The first span: the request itself. */
  readonly root: Span;
  /** Every span in the order they started, the first one included. */
  readonly spans: Span[] = [];
  /** The spans that were left out, beyond `MAX_SPANS`. */
  droppedSpans = 0;
  /** What `performance.now()` is to be added to for milliseconds since the epoch. */
  readonly originMs: number;
  private readonly isRandom: boolean;
  private ownTraceId: string | undefined;
  private readonly onFinished: (recording: Recording) => void;
  private open = 1;

  constructor(
    {
      requestId,
      trace,
      isSampled = false,
      isPropagated = false,
      isBranch = false,
      name,
      kind,
      attributes,
      startMs,
    }: RecordingOptions,
    onFinished: (recording: Recording) => void,
  ) {
    this.onFinished = onFinished;
    this.requestId = requestId;
    this.isSampled = isSampled;
    this.isPropagated = isPropagated;
    this.isBranch = isBranch;
    this.ownTraceId = trace?.traceparent.slice(3, 35);
    this.parentId = trace?.traceparent.slice(36, 52);
    this.tracestate = trace?.tracestate;
    const flags = trace && Number.parseInt(trace.traceparent.slice(53, 55), 16);
    this.isParentSampled = flags === undefined ? undefined : (flags & SAMPLED) !== 0;
    this.isRandom = flags === undefined || (flags & RANDOM) !== 0;
    const nowMs = performance.now();
    // The wall clock of now: `performance.timeOrigin` does not follow a clock that is set.
    this.originMs = Date.now() - nowMs;
    this.root = new Span(this, undefined, name, kind, startMs ?? nowMs, attributes ?? {});
    this.spans.push(this.root);
  }

  /** 32 hexadecimal digits: the client's, or one made when it is first needed. */
  get traceId(): string {
    return (this.ownTraceId ??= newTraceId());
  }

  /** Whether every span has ended. */
  get isFinished(): boolean {
    return !this.open;
  }

  /** The trace context that a request on behalf of `span` carries; undefined if the original one is passed on. */
  contextOf(span: Span): TraceContext | undefined {
    // Services record nothing of an unsampled trace: one id serves all its calls.
    return this.isPropagated ? this.traceOf(this.isSampled ? span : this.root) : undefined;
  }

  /**
   * Begins a recording of its own for work that outlives the request, or for a message on its connection, which has its
   * own request id: the same trace, with `span` as its parent.
   * Its listener is the same.
   */
  branch(
    span: Span,
    first: Pick<RecordingOptions, 'name' | 'kind' | 'attributes' | 'startMs'> & { requestId?: string },
  ): Recording {
    const { requestId, isSampled, isPropagated } = this;
    // A message on a socket is a request by itself.
    const isBranch = first.requestId === undefined;
    const options = { requestId, isSampled, isPropagated, isBranch, trace: this.traceOf(span), ...first };
    return new Recording(options, this.onFinished);
  }

  /** Adds a span that has started; `Span.start` calls it. */
  add(span: Span): Span {
    this.open += 1;
    if (this.spans.length < MAX_SPANS) this.spans.push(span);
    else this.droppedSpans += 1;
    return span;
  }

  /** A span has ended; `Span.end` calls it. */
  ended(): void {
    this.open -= 1;
    if (!this.open) this.onFinished(this);
  }

  private traceOf({ id }: Span): TraceContext {
    const flags = (this.isSampled ? SAMPLED : 0) | (this.isRandom ? RANDOM : 0);
    const traceparent = `00-${this.traceId}-${id}-0${flags}`;
    return this.tracestate ? { traceparent, tracestate: this.tracestate } : { traceparent };
  }
}
