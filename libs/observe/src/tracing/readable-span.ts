import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Span } from './span.ts';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

const SCOPE = { name: 'atrium' };
const NOTHING: never[] = [];

/** A span as OpenTelemetry's exporters read it. What they do not read is not computed. */
export class ExportedSpan implements ReadableSpan {
  readonly ended = true;
  readonly instrumentationScope = SCOPE;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly resource: Resource;
  private readonly span: Span;

  constructor(span: Span, resource: Resource) {
    this.span = span;
    this.resource = resource;
  }

  get name() {
    return this.span.name;
  }

  get kind() {
    return KINDS[this.span.kind];
  }

  /** Marked as sampled, whatever its services were told: the processor drops others. */
  spanContext() {
    const { id, recording } = this.span;
    return { traceId: recording.traceId, spanId: id, traceFlags: TraceFlags.SAMPLED };
  }

  get parentSpanContext() {
    const { parent, recording } = this.span;
    const spanId = parent ? parent.id : recording.parentId;
    if (spanId === undefined) return undefined;
    const isRemote = !parent && !recording.isBranch;
    return { traceId: recording.traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote };
  }

  get startTime(): HrTime {
    return this.at(this.span.startMs);
  }

  get endTime(): HrTime {
    return this.at(this.span.endMs!);
  }

  get duration(): HrTime {
    return hrTime(this.span.durationMs!);
  }

  get status() {
    const { error } = this.span;
    return error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR };
  }

  get attributes() {
    const { attributes, error } = this.span;
    const present: Record<string, string | number | boolean | string[]> = {};
    for (const name in attributes) {
      const value = attributes[name];
      if (value !== undefined) present[name] = value as string;
    }
    if (error !== undefined) present['error.type'] ??= error;
    return present;
  }

  get links() {
    const { links } = this.span;
    if (!links) return NOTHING;
    return links.map(({ traceId, spanId }) => ({
      context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
    }));
  }

  get events() {
    const { events } = this.span;
    if (!events) return NOTHING;
    return events.map(({ name, atMs, attributes }) => ({
      name,
      time: this.at(atMs),
      attributes: attributes as Record<string, string>,
    }));
  }

  private at(ms: number): HrTime {
    return hrTime(this.span.recording.originMs + ms);
  }
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1_000_000)];
}
