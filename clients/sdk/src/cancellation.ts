import { addDeadline, type Deadline, removeDeadline } from './deadlines.ts';
import { failure, type Failure } from './result.ts';

const isNode = Boolean((globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node);

/** Ends a request by the caller's signal or by a deadline, and tells which. */
export class Cancellation implements Deadline {
  endsAt = Infinity;
  /** Aborts the request; undefined where its end is only waited for. */
  readonly signal: AbortSignal | undefined;
  private readonly controller: AbortController | undefined;
  private readonly outer: AbortSignal | undefined;
  private reject: ((error: Error) => void) | undefined;
  private isLate = false;

  /**
   * @param isAborting whether a passed deadline ends the request. In Node it may be left to the gateway, which has a deadline of
   * its own: a signal costs a twentieth of the CPU of a call. A browser has too few connections for that.
   */
  constructor(outer: AbortSignal | undefined, isAborting: boolean) {
    this.outer = outer;
    if (!isAborting && !outer && isNode) return;
    this.controller = new AbortController();
    this.signal = this.controller.signal;
    if (outer?.aborted) this.abort();
    else outer?.addEventListener('abort', this.abort);
  }

  readonly abort = (): void => this.controller?.abort();

  passed(): void {
    this.isLate = true;
    this.abort();
    this.reject?.(new Error('The deadline has passed.'));
  }

  /** Rejects when the deadline passes, whether or not `work` can be aborted. */
  bound<Done>(work: Promise<Done>): Promise<Done> {
    if (this.signal) return work;
    return new Promise((resolve, reject) => {
      this.reject = reject;
      if (this.isLate) this.passed();
      work.then(resolve, reject);
    });
  }

  /** Moves the deadline. @param ms from now; undefined for none */
  endIn(ms: number | undefined): void {
    if (ms === undefined) return void removeDeadline(this);
    this.endsAt = Date.now() + ms;
    addDeadline(this);
  }

  /** Ends the deadline, and lets go of the caller's signal unless a body is still to be read. */
  done(isRead: boolean): void {
    removeDeadline(this);
    if (isRead) this.outer?.removeEventListener('abort', this.abort);
  }

  /** Why an exchange threw. */
  failureOf(error: unknown): Failure<never> {
    if (this.outer?.aborted) return failure('ABORTED', 'The caller has cancelled.');
    if (this.isLate) return failure('TIMEOUT', 'The deadline has passed.');
    return failure('NETWORK', error instanceof Error ? error.message : 'No answer.');
  }
}
