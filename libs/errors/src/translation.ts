import { readStatusDetails, type StatusDetails } from '#libs/contracts';
import { Metadata, status as Code, type ServiceError } from '@grpc/grpc-js';
import type { ErrorCode } from './catalogue.ts';
import { errorWords } from './error-words.ts';
import { GatewayError, type Transient } from './gateway-error.ts';
import { capped, parseRetryAfter, retryAfterHeaders } from './retry-after.ts';

/**
 * The error code for an upstream's HTTP status; other statuses are a bad response. The catalogue maps codes to the
 * status of the gateway's own response.
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

/** Transient statuses. 408 is also sent for idle connections (RFC 9110, 15.5.9). */
const TRANSIENT_HTTP = new Set([408, 502, 503, 504]);
const TOO_MANY_REQUESTS = 429;
const SERVICE_UNAVAILABLE = 503;

/**
 * Statuses of an unhealthy service, independently of the caller. With others it refuses this caller or this request.
 */
const UPSTREAM_FAULTS_GRPC = new Set<Code>([
  Code.UNKNOWN,
  Code.DEADLINE_EXCEEDED,
  Code.UNIMPLEMENTED,
  Code.INTERNAL,
  Code.UNAVAILABLE,
  Code.DATA_LOSS,
]);

/**
 * The messages of our clients, with RESOURCE_EXHAUSTED, for a response over their size limit: the upstream is not overloaded.
 */
const TOO_LARGE = /^Received message .*larger than/;
/** The messages of servers for a request over theirs, by C core and grpc-js, by Go, and by Java. */
const REQUEST_TOO_LARGE =
  /^(?:grpc: )?received message larger than max \(\d+ vs\.? (?!10485760\))\d+\)|^gRPC message exceeds maximum size/i;

/**
 * The error codes of undici for a response over the size limit, and of `node:zlib` for one that exceeds it once
 * decoded.
 */
const TOO_LARGE_CODES = new Set<unknown>(['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'ERR_BUFFER_TOO_LARGE']);

/**
 * Translates an HTTP response that is not 2xx. Its message stays in `cause`. A 4xx concerns the
 * caller or the request, so it is not a fault of the upstream. A 503 that says when to retry is passed on as one: the
 * upstream was reached, and knows that it cannot answer now, for example without its database.
 * @param retryAfter the header, seconds or a date; it reaches the client in whole seconds
 * @param date the `Date` header: a date in `retryAfter` is taken relative to it
 */
export function fromHttp(
  status: number,
  body: unknown,
  retryAfter?: string | string[],
  date?: string | string[],
): GatewayError {
  const words = errorWords(body);
  const retryAfterMs = parseRetryAfter(retryAfter, date);
  // The quota's renewal cannot be guessed: 429 is retried only if the response says when.
  const isLimited = status === TOO_MANY_REQUESTS && retryAfterMs !== undefined;
  const isTransient = isLimited || TRANSIENT_HTTP.has(status);
  const isAway = status === SERVICE_UNAVAILABLE && retryAfterMs !== undefined;
  return new GatewayError(isAway ? 'OVERLOADED' : (codeByHttpStatus[status] ?? 'UPSTREAM_BAD_RESPONSE'), {
    source: status === TOO_MANY_REQUESTS || isAway ? 'upstream' : undefined,
    cause: words ? `HTTP ${status}: ${words}` : `HTTP ${status}`,
    transient: isTransient ? { retryAfterMs } : undefined,
    retryAfterMs: isTransient ? retryAfterMs : undefined,
    isUpstreamFault: status < 400 || status >= 500,
  });
}

const isTooLarge = (details: string): boolean => TOO_LARGE.test(details) && !REQUEST_TOO_LARGE.test(details);

/** A failed gRPC call, as `libs/grpc` reports it. */
type GrpcError = ServiceError & { progress?: string; isTransient?: boolean; httpStatus?: number };

/**
 * Translates a failed gRPC call. Its message stays in `cause`. UNAVAILABLE with a delay is an HTTP 503 with one. HTTP
 * 429 of a proxy, which gRPC maps to UNAVAILABLE, is RESOURCE_EXHAUSTED: it limits its callers. RESOURCE_EXHAUSTED for a request
 * that is too large for the server is an HTTP 413: a retry would not pass, and the upstream is well.
 */
export function fromGrpc(error: GrpcError): GatewayError {
  const isOversized = error.code === Code.RESOURCE_EXHAUSTED && REQUEST_TOO_LARGE.test(error.details);
  const isCut = isTooLarge(error.details);
  const isLimited =
    (error.code === Code.RESOURCE_EXHAUSTED && !isCut && !isOversized) || error.httpStatus === TOO_MANY_REQUESTS;
  const pushback = pushbackOf(error.metadata);
  const isAway = error.code === Code.UNAVAILABLE && typeof pushback === 'number';
  const code =
    isAway || isLimited ? 'OVERLOADED' : isCut || isOversized ? undefined : codeByGrpcStatus[error.code];
  return new GatewayError(code ?? 'UPSTREAM_BAD_RESPONSE', {
    source: isLimited || isAway ? 'upstream' : undefined,
    cause: error,
    transient: isLimited ? limited(pushback) : transience(error, pushback),
    headers: isLimited || error.code === Code.UNAVAILABLE ? headersOf(pushback) : undefined,
    isUpstreamFault: !isLimited && (isCut || !(error.code in Code) || UPSTREAM_FAULTS_GRPC.has(error.code)),
  });
}

/** A call that was not sent, or that the server did not process, may be retried even if it is not idempotent. */
function transience({ code, progress, isTransient = true }: GrpcError, pushback: Pushback): Transient | undefined {
  if (code !== Code.UNAVAILABLE || !isTransient) return undefined;
  if (progress === 'unsent' || progress === 'unprocessed') return { isUnsent: true };
  return pushback === 'never' ? undefined : { retryAfterMs: pushback };
}

/** The quota's renewal cannot be guessed: RESOURCE_EXHAUSTED is retried only if the response says when. */
const limited = (pushback: Pushback): Transient | undefined =>
  typeof pushback === 'number' ? { retryAfterMs: pushback } : undefined;

/** No headers if the upstream forbids a retry; undefined leaves it to the code. */
const headersOf = (pushback: Pushback): Record<string, string> | undefined =>
  pushback === 'never' ? {} : pushback === undefined ? undefined : retryAfterHeaders(pushback);

/** The delay that a gRPC upstream requests before a retry, in milliseconds; `never` if it forbids a retry. */
type Pushback = number | 'never' | undefined;

/**
 * The value of `grpc-retry-pushback-ms` (gRFC A6: negative or malformed means never), else of `google.rpc.RetryInfo`,
 * else of the `Retry-After` of a proxy that responds in place of the service.
 */
function pushbackOf(metadata: Metadata | undefined): Pushback {
  const [given] = metadata?.get('grpc-retry-pushback-ms') ?? [];
  if (given !== undefined) return /^\d{1,9}$/.test(String(given)) ? capped(Number(given)) : 'never';
  const { retryDelayMs = -1 } = readStatusDetails(metadata);
  if (retryDelayMs >= 0) return capped(retryDelayMs);
  const [retryAfter, date] = ['retry-after', 'date'].map((name) => metadata?.get(name)[0]?.toString());
  return parseRetryAfter(retryAfter, date);
}

/** Whether an upstream's response was aborted because it exceeds the size limit. */
export function wasTooLarge(error: unknown): boolean {
  const { code, details } = ((error instanceof GatewayError && error.cause) || {}) as {
    code?: unknown;
    details?: string;
  };
  return TOO_LARGE_CODES.has(code) || isTooLarge(details ?? '');
}

/** The google.rpc details of an upstream's failure; empty if it is not a failure of a gRPC upstream. */
export function upstreamDetails(error: unknown): StatusDetails {
  const { metadata } = ((error instanceof GatewayError && error.cause) || {}) as Partial<ServiceError>;
  return metadata instanceof Metadata ? readStatusDetails(metadata) : {};
}
