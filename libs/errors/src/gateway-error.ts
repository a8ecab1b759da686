import { catalogue, type ErrorCode } from './catalogue.ts';
import type { ProblemMembers } from './feature-errors.ts';
import type { RefusalSourceName } from './refusal-sources.ts';
import { retryAfterHeaders } from './retry-after.ts';

const DEFAULT_RETRY_AFTER_MS = 1_000;

/** A validation error of one input field. */
export interface FieldError {
  /** Path of the field, for example `lines.0.quantity`. */
  field: string;
  message: string;
}

/** A transient failure: a retry may succeed. */
export interface Transient {
  /** The delay that the upstream requested before a retry, in milliseconds. */
  retryAfterMs?: number;
  /** Whether no connection could be established, so that the request was not sent. */
  isUnsent?: boolean;
}

/** Options of a `GatewayError` beside its code. */
export interface ErrorOptions {
  /** For the client, in plain English. Never contains names, addresses or messages of an upstream. */
  detail?: string;
  errors?: FieldError[];
  /** Extension members of the problem: see `defineErrors`. */
  members?: ProblemMembers;
  /**
   * Response headers that the status requires, for example `WWW-Authenticate`. By default, codes with a `Retry-After`
   * have one of one second.
   */
  headers?: Record<string, string>;
  /** The `Retry-After` of the response, which is in whole seconds, added to `headers`. */
  retryAfterMs?: number;
  /**
   * Whether the service is at fault, independently of the caller: only such failures open its breaker and eject its
   * address. By default the code decides; false if the service refused this caller or this request.
   */
  isUpstreamFault?: boolean;
  /** Set for transient failures: whether and when to retry. */
  transient?: Transient;
  /** For the log only, set for each 429 and 503: the source of the refusal. */
  source?: RefusalSourceName;
  /** For the log only: the rate limit policies that refused, and the cost of the request. */
  limit?: { policy: string; cost: number };
  /** For the log only: an error, or a message. */
  cause?: unknown;
}

/** The only error that crosses a folder. All of it except `cause`, `source` and `limit` may be sent to clients. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  /** The HTTP status of the code. */
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly members: ProblemMembers | undefined;
  readonly headers: Record<string, string>;
  readonly transient: Transient | undefined;
  readonly source: RefusalSourceName | undefined;
  readonly limit: { policy: string; cost: number } | undefined;
  /** Whether the service is at fault, rather than the caller or the request. */
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
    this.headers = headersOf(code, options);
    this.transient = transient;
    this.source = options.source;
    this.limit = options.limit;
    this.isUpstreamFault = options.isUpstreamFault ?? catalogue[code].isUpstreamFault ?? false;
  }
}

function headersOf(code: ErrorCode, { headers, retryAfterMs }: ErrorOptions): Record<string, string> {
  if (retryAfterMs !== undefined) return { ...headers, ...retryAfterHeaders(retryAfterMs) };
  return headers ?? (catalogue[code].hasRetryAfter ? retryAfterHeaders(DEFAULT_RETRY_AFTER_MS) : {});
}
