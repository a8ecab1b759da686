import { readStatusDetails, type StatusDetails } from '#libs/contracts';
import { Metadata, status as Code, type ServiceError } from '@grpc/grpc-js';
import type { ErrorCode } from './catalogue.ts';
import { GatewayError, type Transient } from './gateway-error.ts';

/**
 * What a client is told when an upstream answers this HTTP status; others are a bad response. The way back, from a code
 * to the status of our own answer, is the catalogue's.
 */
export const codeByHttpStatus: Partial<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  408: 'UPSTREAM_TIMEOUT',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  422: 'VALIDATION_FAILED',
  429: 'OVERLOADED',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'UPSTREAM_TIMEOUT',
};

/** The same for gRPC statuses. */
export const codeByGrpcStatus: Partial<Record<Code, ErrorCode>> = {
  [Code.CANCELLED]: 'UPSTREAM_TIMEOUT',
  [Code.INVALID_ARGUMENT]: 'VALIDATION_FAILED',
  [Code.OUT_OF_RANGE]: 'VALIDATION_FAILED',
  [Code.DEADLINE_EXCEEDED]: 'UPSTREAM_TIMEOUT',
  [Code.NOT_FOUND]: 'NOT_FOUND',
  [Code.ALREADY_EXISTS]: 'CONFLICT',
  [Code.ABORTED]: 'CONFLICT',
  [Code.FAILED_PRECONDITION]: 'CONFLICT',
  [Code.RESOURCE_EXHAUSTED]: 'OVERLOADED',
  [Code.UNAVAILABLE]: 'UPSTREAM_UNAVAILABLE',
};

/** What may be answered otherwise a moment later. */
const TRANSIENT_HTTP = new Set([502, 503, 504]);
const TRANSIENT_GRPC = new Set<Code>([Code.UNAVAILABLE]);

/** What grpc-js says, with RESOURCE_EXHAUSTED, of an answer that it will not read: the upstream is not overloaded. */
const TOO_LARGE = /^Received message .*larger than/;

/** How much of an upstream's words a log is told, in characters. */
const MOST_WORDS = 500;

/**
 * Translates an HTTP answer that is not 2xx. What its problem details say (RFC 9457) stays in `cause`.
 * @param retryAfter the header: seconds; a date is not heard
 */
export function fromHttp(status: number, body: unknown, retryAfter?: string | string[]): GatewayError {
  const { title, detail = title } = (body ?? {}) as { title?: unknown; detail?: unknown };
  const words = typeof detail === 'string' ? `: ${detail.slice(0, MOST_WORDS)}` : '';
  const seconds = typeof retryAfter === 'string' && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  return new GatewayError(codeByHttpStatus[status] ?? 'UPSTREAM_BAD_RESPONSE', {
    cause: `HTTP ${status}${words}`,
    transient: TRANSIENT_HTTP.has(status)
      ? { retryAfterMs: seconds === undefined ? undefined : seconds * 1000 }
      : undefined,
  });
}

/** A failed gRPC call, and what its client knows of it: that of `libs/grpc`. */
type GrpcError = ServiceError & { progress?: string; isTransient?: boolean };

/** Translates a failed gRPC call. Its words stay in `cause`. */
export function fromGrpc(error: GrpcError): GatewayError {
  const code = TOO_LARGE.test(error.details) ? undefined : codeByGrpcStatus[error.code];
  return new GatewayError(code ?? 'UPSTREAM_BAD_RESPONSE', {
    cause: error,
    transient: TRANSIENT_GRPC.has(error.code) && error.isTransient !== false ? transience(error) : undefined,
  });
}

/** A call that was never sent, or that the server disclaims, may come again whatever it does. */
function transience({ progress, metadata }: GrpcError): Transient | undefined {
  return progress === 'unsent' || progress === 'unprocessed' ? { isUnsent: true } : pushback(metadata);
}

/** What `grpc-retry-pushback-ms` says (gRFC A6): when to come back; not at all if it is negative or no number. */
function pushback(metadata: Metadata | undefined): Transient | undefined {
  const [said] = metadata?.get('grpc-retry-pushback-ms') ?? [];
  if (said === undefined) return {};
  return /^\d{1,9}$/.test(String(said)) ? { retryAfterMs: Number(said) } : undefined;
}

/** Whether an upstream's answer was cut off because there was too much of it. */
export function wasTooLarge(error: unknown): boolean {
  const { code, details } = ((error instanceof GatewayError && error.cause) || {}) as {
    code?: unknown;
    details?: string;
  };
  return code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || TOO_LARGE.test(details ?? '');
}

/** The google.rpc details an upstream gave with its failure; empty if the failure is none of a gRPC upstream's. */
export function upstreamDetails(error: unknown): StatusDetails {
  const { metadata } = ((error instanceof GatewayError && error.cause) || {}) as Partial<ServiceError>;
  return metadata instanceof Metadata ? readStatusDetails(metadata) : {};
}
