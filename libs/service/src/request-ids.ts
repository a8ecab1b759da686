import { randomUUID } from 'node:crypto';
import { readTraceContext, type TraceContext } from '#libs/observe';
import type { Metadata } from '@grpc/grpc-js';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The `x-request-id` of the call if it is well-formed, else a new one. */
export function requestIdOf(metadata: Metadata): string {
  const given = first(metadata, 'x-request-id');
  return given && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The trace that the call came with (W3C Trace Context); undefined without a valid `traceparent`. */
export function traceOf(metadata: Metadata): TraceContext | undefined {
  return readTraceContext(first(metadata, 'traceparent'), first(metadata, 'tracestate'));
}

/** The first value of a text header. */
export function first(metadata: Metadata, key: string): string | undefined {
  return metadata.get(key)[0]?.toString();
}
