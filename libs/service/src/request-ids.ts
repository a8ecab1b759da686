import { randomUUID } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

/** The `x-request-id` the call came with if it is well formed, else a new one. */
export function requestIdOf(metadata: Metadata): string {
  const given = first(metadata, 'x-request-id');
  return given && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The trace id of the `traceparent` the call came with (W3C Trace Context); undefined without a valid one. */
export function traceIdOf(metadata: Metadata): string | undefined {
  return TRACEPARENT.exec(first(metadata, 'traceparent') ?? '')?.[1];
}

/** The first value of a text header. */
export function first(metadata: Metadata, key: string): string | undefined {
  return metadata.get(key)[0]?.toString();
}
