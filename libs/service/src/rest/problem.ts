import { STATUS_CODES } from 'node:http';

/** The error codes of every service, with their HTTP status. */
export const STATUS_BY_CODE = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  VALIDATION_FAILED: 422,
  DATABASE_BUSY: 429,
  INTERNAL: 500,
  DATABASE_UNREACHABLE: 503,
  DATABASE_CONFLICT: 503,
  DEADLINE_EXCEEDED: 504,
  DATABASE_TIMEOUT: 504,
} as const;

/** An error code of every service. */
export type ProblemCode = keyof typeof STATUS_BY_CODE;

/** A validation error of one input field. */
export interface FieldProblem {
  /** Path of the field, for example `lines.0.quantity`. */
  field: string;
  message: string;
}

/** A problem for the caller (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';

  private constructor(
    readonly status: number,
    readonly code: string,
    readonly detail?: string,
    readonly errors?: readonly FieldProblem[],
  ) {
    super(detail ?? code);
  }

  /** A problem with a code of every service. */
  static of(code: ProblemCode, detail?: string, errors?: readonly FieldProblem[]): Problem {
    return new Problem(STATUS_BY_CODE[code], code, detail, errors);
  }

  /** A conflict with the current state (409). @param code the service's own */
  static conflict(code: string, detail: string): Problem {
    return new Problem(409, code, detail);
  }

  /** The body of the answer. */
  toJSON(): object {
    const { status, code, detail, errors } = this;
    return { type: 'about:blank', title: STATUS_CODES[status], status, code, detail, errors };
  }
}
