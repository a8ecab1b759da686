import type { Degraded, Problem } from './generated/schemas.ts';

/**
 * What the client itself reports, beside the codes of the gateway:
 * `NETWORK` no answer, `TIMEOUT` the deadline passed, `ABORTED` by the caller's signal, `NOT_MODIFIED` status 304,
 * `NOT_SUPPORTED` the gateway does not have this operation, `UNEXPECTED` an answer that the document does not describe.
 */
export type ClientCode = 'NETWORK' | 'TIMEOUT' | 'ABORTED' | 'NOT_MODIFIED' | 'NOT_SUPPORTED' | 'UNEXPECTED';

/** Why a call failed. `code` is one of those that the operation declares, or of the client's own. */
export interface Failure<Code extends string = string> {
  readonly code: Code | ClientCode;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  /** A sentence for developers, in English. */
  readonly message: string;
  /** The id of the request in the gateway's logs. */
  readonly requestId?: string;
  /** How long the gateway asks to wait before another try, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Validation errors, by field. */
  readonly fields: readonly { readonly field: string; readonly message: string }[];
  /** The problem document (RFC 9457), if there was one. */
  readonly problem?: Problem;
}

/** The answer of a successful call. */
export interface Success<Data> {
  readonly ok: true;
  readonly data: Data;
  readonly status: number;
  readonly headers: Headers;
  /** The parts that are missing or stale; empty where everything is there. */
  readonly degraded: readonly Degraded[];
}

/** A failed call. */
export interface Failed<Code extends string = string> {
  readonly ok: false;
  readonly error: Failure<Code>;
}

/** A call never rejects: it resolves to its data or to its failure. */
export type Result<Data, Code extends string = string> = Success<Data> | Failed<Code>;

/** A failure as an exception, for code that throws: `unwrap`, streams, `eachItem`. */
export class ClientError<Code extends string = string> extends Error {
  override readonly name = 'ClientError';
  readonly failure: Failure<Code>;

  constructor(failure: Failure<Code>) {
    super(`${failure.code}: ${failure.message}`);
    this.failure = failure;
  }
}

/** Resolves to the data of a call. @throws {ClientError} if it failed */
export async function unwrap<Data, Code extends string>(call: PromiseLike<Result<Data, Code>>): Promise<Data> {
  const result = await call;
  if (result.ok) return result.data;
  throw new ClientError(result.error);
}

/** A page whose optional parts are all there. */
export type Complete<Page> = {
  [Part in keyof Page]: null extends Page[Part] ? NonNullable<Page[Part]> : Page[Part];
};

/** Whether all parts of a page are there, though some may be stale. */
export const isComplete = <Page extends { degraded: readonly Degraded[] }>(
  page: Page,
): page is Page & Complete<Page> => page.degraded.every(({ reason }) => reason === 'STALE');

/** A failure that no problem document describes. */
export const failure = (code: ClientCode, message: string, status = 0): Failure<never> => ({
  code,
  status,
  message,
  fields: [],
});
