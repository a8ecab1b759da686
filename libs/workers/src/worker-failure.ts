/** Why a task of a thread has no answer. */
export type FailureReason = 'timeout' | 'crash';

/** A task that gave no answer: it took too long, or its thread ended or threw. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';

  constructor(
    readonly reason: FailureReason,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
