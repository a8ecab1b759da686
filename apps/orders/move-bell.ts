import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Notifies waiting watchers that an order has moved. The move itself is in the storage. */
export class MoveBell {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  /**
   * @param atLatestMs the poll interval, in milliseconds: moves by other processes on the same database do not notify
   *   this one
   */
  constructor(private readonly atLatestMs: number) {}

  /** To be called after a move is committed. */
  ring(orderId: string): void {
    this.emitter.emit(orderId);
  }

  /** Resolves at the next notification, after the poll interval, or when the signal is aborted. Never rejects. */
  async heard(orderId: string, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const until = { signal: AbortSignal.any([signal, over.signal]), ref: false };
    await Promise.race([once(this.emitter, orderId, until), sleep(this.atLatestMs, undefined, until)]).catch(
      () => undefined,
    );
    over.abort();
  }
}
