import { STATUS_CODES } from 'node:http';

/** Every code this service answers, with its HTTP status. */
export const STATUS_BY_CODE = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  EMAIL_TAKEN: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  VALIDATION_FAILED: 422,
  INTERNAL: 500,
  DEADLINE_EXCEEDED: 504,
} as const;

/** A code of a problem. */
export type ProblemCode = keyof typeof STATUS_BY_CODE;

/** What is wrong with one field of the input. */
export interface FieldProblem {
  /** Path of the field, for example `lines.0.quantity`. */
  field: string;
  message: string;
}

/** A refusal the caller is told of (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly errors?: readonly FieldProblem[],
  ) {
    super(detail ?? code);
    this.status = STATUS_BY_CODE[code];
  }

  /** The body of the answer. */
  toJSON(): object {
    const { status, code, detail, errors } = this;
    return { type: 'about:blank', title: STATUS_CODES[status], status, code, detail, errors };
  }
}
