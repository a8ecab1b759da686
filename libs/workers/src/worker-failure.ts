/** Why a task of a thread has no answer. */
export type FailureReason = 'timeout' | 'crash' | 'closed';

/** A task that gave no answer: it took too long, its thread ended or threw, or the pool was closed. */
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
