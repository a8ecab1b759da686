import { catalogue, type ErrorCode } from './catalogue.ts';

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
  /** The lines of an order that were refused. */
  lines?: readonly object[];
  /** Response headers the status calls for, for example `WWW-Authenticate`. */
  headers?: Record<string, string>;
  /** Where it may have passed a moment later: whether and when to try again. */
  transient?: Transient;
  /** For the log alone: an error, or a sentence. */
  cause?: unknown;
}

/** The only error that crosses a folder. Everything in it but `cause` may be shown to a client. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  /** HTTP status of the code. */
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;
  readonly lines: readonly object[] | undefined;
  readonly headers: Record<string, string>;
  readonly transient: Transient | undefined;

  constructor(code: ErrorCode, { detail, errors, lines, headers = {}, transient, cause }: ErrorOptions = {}) {
    super(
      detail ?? catalogue[code].title,
      cause ? { cause: typeof cause === 'string' ? new Error(cause) : cause } : {},
    );
    this.code = code;
    this.status = catalogue[code].status;
    this.title = catalogue[code].title;
    this.detail = detail;
    this.errors = errors;
    this.lines = lines;
    this.headers = headers;
    this.transient = transient;
  }
}
