import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { MethodDefinition, ServiceDefinition } from '@grpc/proto-loader';

/** A span as a collector received it. */
export interface CollectedSpan {
  /** `service.name` of its resource. */
  service: string;
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentSpanId: string;
  name: string;
  /** `SPAN_KIND_SERVER` and so on. */
  kind: string;
  /** Milliseconds since the epoch. */
  startMs: number;
  durationMs: number;
  attributes: Record<string, unknown>;
  /** `STATUS_CODE_ERROR` or `STATUS_CODE_UNSET`. */
  status: string;
  links: { traceId: string; spanId: string }[];
  events: { name: string; attributes: Record<string, unknown> }[];
}

interface Wire {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: { spans: WireSpan[] }[];
  }[];
}
interface WireSpan {
  traceId: Buffer;
  spanId: Buffer;
  parentSpanId: Buffer;
  name: string;
  kind: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  status: { code: string } | null;
  links: { traceId: Buffer; spanId: Buffer }[];
  events: { name: string; attributes: KeyValue[] }[];
}
interface KeyValue {
  key: string;
  value: Record<string, unknown> & { value: string };
}

const PROTOCOLS = fileURLToPath(new URL('../protocols', import.meta.url));

/** An OpenTelemetry collector: an HTTP server that reads OTLP by its published schema (opentelemetry-proto). */
export class OtlpCollector {
  /** All spans received, in their order. */
  readonly spans: CollectedSpan[] = [];
  /** The headers of each request. */
  readonly requests: IncomingMessage['headers'][] = [];
  /** Answers requests in place of the collector, where it is set. */
  respond: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  private readonly server = createServer((request, response) => void this.receive(request, response));
  private waiting: (() => void)[] = [];

  private constructor(private readonly read: (body: Buffer) => Wire) {}

  /** Listens on a free port. */
  static async open(): Promise<OtlpCollector> {
    const { loadSync } = await import('@grpc/proto-loader');
    const file = 'opentelemetry/proto/collector/trace/v1/trace_service.proto';
    const types = loadSync(file, {
      includeDirs: [PROTOCOLS],
      longs: String,
      enums: String,
      defaults: true,
      oneofs: true,
    });
    const service = types['opentelemetry.proto.collector.trace.v1.TraceService'] as ServiceDefinition;
    const { requestDeserialize } = service['Export'] as MethodDefinition<object, object>;
    const collector = new OtlpCollector((body) => requestDeserialize(body) as Wire);
    await new Promise<void>((resolve) => void collector.server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  /** Its address, for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans received once there are some for which `isEnough` holds. */
  async until(isEnough: (spans: readonly CollectedSpan[]) => boolean): Promise<CollectedSpan[]> {
    while (!isEnough(this.spans)) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return [...this.spans];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(request.headers);
    if (this.respond) return this.respond(request, response);
    const sent = await buffer(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    this.spans.push(...collected(this.read(body)));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    for (const wake of this.waiting.splice(0)) wake();
  }
}

function collected({ resourceSpans }: Wire): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => toSpan(service, span)));
  });
}

function toSpan(service: string, span: WireSpan): CollectedSpan {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  const { name, kind, status, links, events } = span;
  return {
    service,
    traceId: span.traceId.toString('hex'),
    spanId: span.spanId.toString('hex'),
    parentSpanId: span.parentSpanId.toString('hex'),
    name,
    kind,
    startMs: Number(start) / 1e6,
    durationMs: Number(end - start) / 1e6,
    attributes: valuesOf(span.attributes),
    status: status?.code ?? 'STATUS_CODE_UNSET',
    links: links.map((link) => ({ traceId: link.traceId.toString('hex'), spanId: link.spanId.toString('hex') })),
    events: events.map((event) => ({ name: event.name, attributes: valuesOf(event.attributes) })),
  };
}

function valuesOf(pairs: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: KeyValue['value']): unknown {
  const given = value[value.value];
  if (value.value === 'arrayValue') return (given as { values: KeyValue['value'][] }).values.map(valueOf);
  return value.value === 'intValue' ? Number(given) : given;
}
