import { Metadata, type ServiceError, status as Status } from '@grpc/grpc-js';

/**
 * How far a failed call got.
 * - `unsent`: no connection could be made.
 * - `unprocessed`: the server says that it has not looked at it (above the last id of a GOAWAY, RFC 9113 6.8).
 * - `refused`: REFUSED_STREAM, which should say the same (8.7), but HAProxy says it after the work began as well.
 * - `event`: it may have been processed.
 */
export type Progress = 'unsent' | 'unprocessed' | 'refused' | 'sent';

/** A call that did not end with OK: the shape of grpc-js's `ServiceError`, and how far it got. */
export class GrpcFailure extends Error implements ServiceError {
  override readonly name = 'GrpcFailure';
  readonly progress: Progress;
  /** Whether the same address may be tried again soon; an address that does not answer at all is not. */
  readonly isTransient: boolean;

  /**
   * @param code one of the gRPC statuses but OK
   * @param details of the server, or of this client; for logs, never for clients of the gateway
   */
  constructor(
    readonly code: Status,
    readonly details: string,
    {
      metadata = new Metadata(),
      progress = 'sent',
      isTransient = code === Status.UNAVAILABLE,
      cause,
    }: FailureOptions = {},
  ) {
    super(`${code} ${Status[code]}: ${details}`, cause === undefined ? {} : { cause });
    this.metadata = metadata;
    this.progress = progress;
    this.isTransient = isTransient;
  }

  readonly metadata: Metadata;
}

interface FailureOptions {
  metadata?: Metadata;
  progress?: Progress;
  isTransient?: boolean;
  cause?: unknown;
}
