import { readStatusDetails, type StatusDetails } from '#libs/contracts';
import { Metadata, status as Code, type ServiceError } from '@grpc/grpc-js';
import type { ErrorCode } from './catalogue.ts';
import { GatewayError, type Transient } from './gateway-error.ts';
import { capped, parseRetryAfter, retryAfterHeaders } from './retry-after.ts';

/**
 * What a client is told when an upstream answers this HTTP status; others are a bad response. The way back, from a code
 * to the status of our own answer, is the catalogue's.
 */
export const codeByHttpStatus: Partial<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  408: 'UPSTREAM_TIMEOUT',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  412: 'PRECONDITION_FAILED',
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

/** What may be answered otherwise a moment later. 408 is the answer to a connection that was idle (RFC 9110, 15.5.9). */
const TRANSIENT_HTTP = new Set([408, 502, 503, 504]);
const TOO_MANY_REQUESTS = 429;

/** Statuses of a service that is unwell, whoever calls it. Of the others it refuses this caller, this request, or for now. */
const UPSTREAM_FAULTS_GRPC = new Set<Code>([
  Code.UNKNOWN,
  Code.DEADLINE_EXCEEDED,
  Code.UNIMPLEMENTED,
  Code.INTERNAL,
  Code.UNAVAILABLE,
  Code.DATA_LOSS,
]);

/** What grpc-js says, with RESOURCE_EXHAUSTED, of an answer that it will not read: the upstream is not overloaded. */
const TOO_LARGE = /^Received message .*larger than/;

/** What undici says of an answer beyond the cap, and `node:zlib` of one that is beyond it once decoded. */
const TOO_LARGE_CODES = new Set<unknown>(['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'ERR_BUFFER_TOO_LARGE']);

/** How much of an upstream's words a log is told, in characters. */
const MAX_WORDS = 500;

/**
 * Translates an HTTP answer that is not 2xx. What its problem details say (RFC 9457) stays in `cause`. A 4xx is about the caller or
 * the request, so it is no fault of the upstream.
 * @param retryAfter the header, seconds or a date; it reaches the client in whole seconds
 * @param date the `Date` header: a date in `retryAfter` is taken relative to it
 */
export function fromHttp(
  status: number,
  body: unknown,
  retryAfter?: string | string[],
  date?: string | string[],
): GatewayError {
  const { title, detail = title } = (body ?? {}) as { title?: unknown; detail?: unknown };
  const words = typeof detail === 'string' ? `: ${detail.slice(0, MAX_WORDS)}` : '';
  const retryAfterMs = parseRetryAfter(retryAfter, date);
  // A quota is not regained by a guess: 429 is tried again only where it says when.
  const isLimited = status === TOO_MANY_REQUESTS && retryAfterMs !== undefined;
  const isTransient = isLimited || TRANSIENT_HTTP.has(status);
  return new GatewayError(codeByHttpStatus[status] ?? 'UPSTREAM_BAD_RESPONSE', {
    source: status === TOO_MANY_REQUESTS ? 'upstream' : undefined,
    cause: `HTTP ${status}${words}`,
    transient: isTransient ? { retryAfterMs } : undefined,
    headers: isTransient && retryAfterMs !== undefined ? retryAfterHeaders(retryAfterMs) : undefined,
    isUpstreamFault: status < 400 || status >= 500,
  });
}

/** A failed gRPC call, and what its client knows of it: that of `libs/grpc`. */
type GrpcError = ServiceError & { progress?: string; isTransient?: boolean };

/** Translates a failed gRPC call. Its words stay in `cause`. */
export function fromGrpc(error: GrpcError): GatewayError {
  const isCut = TOO_LARGE.test(error.details);
  const isLimited = error.code === Code.RESOURCE_EXHAUSTED && !isCut;
  const pushback = pushbackOf(error.metadata);
  return new GatewayError((isCut ? undefined : codeByGrpcStatus[error.code]) ?? 'UPSTREAM_BAD_RESPONSE', {
    source: isLimited ? 'upstream' : undefined,
    cause: error,
    transient: isLimited ? limited(pushback) : transience(error, pushback),
    headers: isLimited || error.code === Code.UNAVAILABLE ? headersOf(pushback) : undefined,
    isUpstreamFault: isCut || !(error.code in Code) || UPSTREAM_FAULTS_GRPC.has(error.code),
  });
}

/** A call that was never sent, or that the server disclaims, may come again whatever it does. */
function transience({ code, progress, isTransient = true }: GrpcError, pushback: Pushback): Transient | undefined {
  if (code !== Code.UNAVAILABLE || !isTransient) return undefined;
  if (progress === 'unsent' || progress === 'unprocessed') return { isUnsent: true };
  return pushback === 'never' ? undefined : { retryAfterMs: pushback };
}

/** A quota is not regained by a guess: RESOURCE_EXHAUSTED is tried again only where it says when. */
const limited = (pushback: Pushback): Transient | undefined =>
  typeof pushback === 'number' ? { retryAfterMs: pushback } : undefined;

/** None at all where the upstream wants no other try; undefined leaves it to the code. */
const headersOf = (pushback: Pushback): Record<string, string> | undefined =>
  pushback === 'never' ? {} : pushback === undefined ? undefined : retryAfterHeaders(pushback);

/** How long a gRPC upstream asks to wait, in milliseconds; `never` where it wants no other try. */
type Pushback = number | 'never' | undefined;

/**
 * What `grpc-retry-pushback-ms` says (gRFC A6: negative, or no number, is never), else a `google.rpc.RetryInfo`, else the
 * `Retry-After` of a proxy that answers in the service's place.
 */
function pushbackOf(metadata: Metadata | undefined): Pushback {
  const [given] = metadata?.get('grpc-retry-pushback-ms') ?? [];
  if (given !== undefined) return /^\d{1,9}$/.test(String(given)) ? capped(Number(given)) : 'never';
  const { retryDelayMs = -1 } = readStatusDetails(metadata);
  if (retryDelayMs >= 0) return capped(retryDelayMs);
  const [retryAfter, date] = ['retry-after', 'date'].map((name) => metadata?.get(name)[0]?.toString());
  return parseRetryAfter(retryAfter, date);
}

/** Whether an upstream's answer was cut off because there was too much of it. */
export function wasTooLarge(error: unknown): boolean {
  const { code, details } = ((error instanceof GatewayError && error.cause) || {}) as {
    code?: unknown;
    details?: string;
  };
  return TOO_LARGE_CODES.has(code) || TOO_LARGE.test(details ?? '');
}

/** The google.rpc details an upstream gave with its failure; empty if the failure is none of a gRPC upstream's. */
export function upstreamDetails(error: unknown): StatusDetails {
  const { metadata } = ((error instanceof GatewayError && error.cause) || {}) as Partial<ServiceError>;
  return metadata instanceof Metadata ? readStatusDetails(metadata) : {};
}
