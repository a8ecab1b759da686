import type { Attributes, Recording, Span } from '#libs/observe';

/** A span of a request, with times from the start of the request. */
export interface SpanRecord {
  id: string;
  parentId: string | undefined;
  name: string;
  kind: string;
  startMs: number;
  durationMs: number;
  /** The code of the error that it ended with. */
  error: string | undefined;
  attributes: Attributes;
  events: { name: string; atMs: number; attributes?: Attributes }[];
}

/** What lists say of a request. */
export interface RequestSummary {
  requestId: string;
  traceId: string;
  /** When it began, in milliseconds since the epoch. */
  at: number;
  /** `GET /v1/home`, or what the request was named otherwise. */
  name: string;
  status: number | undefined;
  durationMs: number;
  /** The code of its error. */
  code: string | undefined;
  /** Missing and stale parts with their reasons, for example `recentOrders:TIMEOUT`. */
  degraded: readonly string[];
  spanCount: number;
  /** The process that served it, for example `web-1:4711`. */
  process: string;
}

/** A request with everything that is known of it. */
export interface RequestRecord extends RequestSummary {
  path: string | undefined;
  droppedSpans: number;
  /** Whether it is of work that outlived its request. */
  isBranch: boolean;
  spans: SpanRecord[];
}

/** The summary of a recording. @param process that served it */
export function summaryOf(recording: Recording, process: string): RequestSummary {
  const { root, requestId, traceId, originMs, spans } = recording;
  const { attributes } = root;
  return {
    requestId,
    traceId,
    at: originMs + root.startMs,
    name: root.name,
    status: attributes['http.response.status_code'] as number | undefined,
    durationMs: root.durationMs ?? 0,
    code: (attributes['atrium.code'] as string | undefined) ?? root.error,
    degraded: (attributes['atrium.degraded'] as readonly string[] | undefined) ?? [],
    spanCount: spans.length,
    process,
  };
}

/** The whole of a recording, with personal data masked: of addresses only the network is left. */
export function recordOf(recording: Recording, process: string): RequestRecord {
  const { root, spans, droppedSpans, isBranch } = recording;
  return {
    ...summaryOf(recording, process),
    path: root.attributes['url.path'] as string | undefined,
    droppedSpans,
    isBranch,
    spans: spans.map((span) => spanRecordOf(span, root.startMs)),
  };
}

function spanRecordOf(
  { id, parent, name, kind, startMs, durationMs, error, attributes, events }: Span,
  originMs: number,
) {
  return {
    id,
    parentId: parent?.id,
    name,
    kind,
    startMs: startMs - originMs,
    durationMs: durationMs ?? 0,
    error,
    attributes: masked(attributes),
    events: (events ?? []).map(({ atMs, ...event }) => ({ ...event, atMs: atMs - originMs })),
  };
}

/** An IPv4 address without its last number, an IPv6 address without all after its first three groups. */
const networkOf = (address: string): string =>
  address.includes(':') ? `${address.split(':').slice(0, 3).join(':')}::` : address.replace(/\.\d+$/, '.0');

const masked = (attributes: Attributes): Attributes =>
  typeof attributes['client.address'] === 'string'
    ? { ...attributes, 'client.address': networkOf(attributes['client.address']) }
    : attributes;
