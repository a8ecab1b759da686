import { catalogue, type ErrorCode } from './catalogue.ts';
import type { ProblemMembers } from './feature-errors.ts';
import type { RefusalSourceName } from './refusal-sources.ts';
import { retryAfterHeaders } from './retry-after.ts';

/** Codes of failures of a service, unless the error says that the service is well. */
const UPSTREAM_FAULTS = new Set<ErrorCode>(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_BAD_RESPONSE']);

/** Codes that promise a client a `Retry-After`. */
const PROMISES_RETRY_AFTER = new Set<ErrorCode>([
  'IDEMPOTENCY_IN_FLIGHT',
  'RATE_LIMITED',
  'CIRCUIT_OPEN',
  'OVERLOADED',
]);
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** What is wrong with one field of the input. */
export interface FieldError {
  /** Path of the field, for example `lines.0.quantity`. */
  field: string;
  message: string;
}

/** A failure that may have passed a moment later. */
export interface Transient {
  /** How long the upstream asked to be left alone, in milliseconds. */
  retryAfterMs?: number;
  /** Whether no connection could be made: what was to be sent never left us. */
  isUnsent?: boolean;
}

/** What a `GatewayError` may say beyond its code. */
export interface ErrorOptions {
  /** For the client, in plain English. Never a name, address or word of an upstream. */
  detail?: string;
  errors?: FieldError[];
  /** What the problem has beside the standard members: see `defineErrors`. */
  members?: ProblemMembers;
  /**
   * Response headers the status calls for, for example `WWW-Authenticate`. Without any, a code that promises `Retry-After` has one of
   * a second.
   */
  headers?: Record<string, string>;
  /**
   * Whether the failure is about the service, whoever calls it: such failures alone open its breaker and eject its address. By
   * default the code decides; false where the service refused this caller or this request.
   */
  isUpstreamFault?: boolean;
  /** Where it may have passed a moment later: whether and when to try again. */
  transient?: Transient;
  /** For the log alone, and there for each 429 and 503: what refused. */
  source?: RefusalSourceName;
  /** For the log alone: the policies of rate limits that refused, and what the request would have cost. */
  limit?: { policy: string; cost: number };
  /** For the log alone: an error, or a sentence. */
  cause?: unknown;
}

/** The only error that crosses a folder. Everything in it but `cause`, `source` and `limit` may be shown to a client. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  /** HTTP status of the code. */
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly members: ProblemMembers | undefined;
  readonly headers: Record<string, string>;
  readonly transient: Transient | undefined;
  readonly source: RefusalSourceName | undefined;
  readonly limit: { policy: string; cost: number } | undefined;
  /** Whether the failure is about the service, not about the caller or the request. */
  readonly isUpstreamFault: boolean;

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const { detail, errors, members, transient, cause } = options;
    super(
      detail ?? catalogue[code].title,
      cause ? { cause: typeof cause === 'string' ? new Error(cause) : cause } : {},
    );
    this.code = code;
    this.status = catalogue[code].status;
    this.title = catalogue[code].title;
    this.detail = detail;
    this.errors = errors;
    this.members = members;
    this.headers = options.headers ?? defaultHeaders(code);
    this.transient = transient;
    this.source = options.source;
    this.limit = options.limit;
    this.isUpstreamFault = options.isUpstreamFault ?? UPSTREAM_FAULTS.has(code);
  }
}

const defaultHeaders = (code: ErrorCode): Record<string, string> =>
  retryAfterHeaders(PROMISES_RETRY_AFTER.has(code) ? DEFAULT_RETRY_AFTER_MS : undefined);
