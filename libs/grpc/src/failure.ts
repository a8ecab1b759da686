import { Metadata, type ServiceError, status as Status } from '@grpc/grpc-js';

/**
 * The progress of a failed call.
 * - `unsent`: no connection could be established.
 * - `unprocessed`: the server has not processed it (its id is above the last id of a GOAWAY, RFC 9113 6.8).
 * - `refused`: REFUSED_STREAM, which should mean the same (8.7), but HAProxy also sends it for calls in progress.
 * - `sent`: it may have been processed.
 */
export type Progress = 'unsent' | 'unprocessed' | 'refused' | 'sent';

/** A call that did not end with OK: the shape of grpc-js's `ServiceError`, and its progress. */
export class GrpcFailure extends Error implements ServiceError {
  override readonly name = 'GrpcFailure';
  readonly progress: Progress;
  /** Whether the same address may be retried soon; false for an address that does not respond at all. */
  readonly isTransient: boolean;
  /** The HTTP status, if the response has no gRPC status: of a proxy in front of the server. */
  readonly httpStatus: number | undefined;

  /**
   * @param code a gRPC status other than OK
   * @param details from the server or this client; for logs, never for clients of the gateway
   */
  constructor(
    readonly code: Status,
    readonly details: string,
    {
      metadata = new Metadata(),
      progress = 'sent',
      isTransient = code === Status.UNAVAILABLE,
      httpStatus,
      cause,
    }: FailureOptions = {},
  ) {
    super(`${code} ${Status[code]}: ${details}`, cause === undefined ? {} : { cause });
    this.metadata = metadata;
    this.progress = progress;
    this.isTransient = isTransient;
    this.httpStatus = httpStatus;
  }

  readonly metadata: Metadata;
}

interface FailureOptions {
  metadata?: Metadata;
  progress?: Progress;
  isTransient?: boolean;
  httpStatus?: number;
  cause?: unknown;
}
