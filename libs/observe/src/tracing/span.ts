import type { Recording } from './recording.ts';
import { newSpanId } from './trace-ids.ts';

/** The kind of a span, as OpenTelemetry defines it: who is at its other end. */
export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

/** The value of an attribute; undefined ones are left out. */
export type AttributeValue = string | number | boolean | readonly string[] | undefined;

/** The attributes of a span or event, by the names of OpenTelemetry's semantic conventions where they have one. */
export type Attributes = Record<string, AttributeValue>;

/** A moment within a span. */
export interface SpanEvent {
  name: string;
  /** By `performance.now()`. */
  atMs: number;
  attributes?: Attributes;
}

/** A span of another trace, or of another part of this one, that this span shares work with. */
export interface SpanLink {
  traceId: string;
  spanId: string;
}

/** One operation within a request: fields that whoever does the work fills in. */
export class Span {
  readonly recording: Recording;
  /** Undefined for the first span of a recording. */
  readonly parent: Span | undefined;
  name: string;
  readonly kind: SpanKind;
  /** By `performance.now()`. */
  readonly startMs: number;
  attributes: Attributes;
  /** By `performance.now()`; undefined while it is open. */
  endMs: number | undefined;
  /** The code of the error that it ended with; undefined for none. */
  error: string | undefined;
  events: SpanEvent[] | undefined;
  links: SpanLink[] | undefined;
  private ownId: string | undefined;

  constructor(
    recording: Recording,
    parent: Span | undefined,
    name: string,
    kind: SpanKind,
    startMs: number,
    attributes: Attributes,
  ) {
    this.recording = recording;
    this.parent = parent;
    this.name = name;
    this.kind = kind;
    this.startMs = startMs;
    this.attributes = attributes;
  }

  /** 16 hexadecimal digits, made when they are first needed. */
  get id(): string {
    return (this.ownId ??= newSpanId());
  }

  /** Milliseconds; undefined while it is open. */
  get durationMs(): number | undefined {
    return this.endMs === undefined ? undefined : this.endMs - this.startMs;
  }

  /** Starts a span within this one. After the end of its recording, the span gets a recording of its own. */
  start(name: string, kind: SpanKind, attributes: Attributes = {}, startMs: number = performance.now()): Span {
    const { recording } = this;
    if (recording.isFinished) return recording.branch(this, { name, kind, attributes, startMs }).root;
    return recording.add(new Span(recording, this, name, kind, startMs, attributes));
  }

  /** Ends it, once. @param error the code of the error that it ended with */
  end(error?: string, endMs: number = performance.now()): void {
    if (this.endMs !== undefined) return;
    this.endMs = endMs;
    this.error = error;
    this.recording.ended();
  }

  /** Notes a moment within it. */
  note(name: string, attributes?: Attributes, atMs: number = performance.now()): void {
    (this.events ??= []).push({ name, atMs, attributes });
  }

  /** Notes that a span of another request does the work for this one too. */
  link({ id: spanId, recording: { traceId } }: Span): void {
    (this.links ??= []).push({ traceId, spanId });
  }

  /** Notes the span, perhaps of another process, that a `traceparent` names; nothing for undefined. */
  linkTo(traceparent: string | undefined): void {
    const [, traceId, spanId] = traceparent?.split('-') ?? [];
    if (traceId && spanId) (this.links ??= []).push({ traceId, spanId });
  }
}
