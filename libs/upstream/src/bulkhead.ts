import { GatewayError } from '#libs/errors';
import type { Context } from './context.ts';

interface Waiting {
  context: Context;
  enter: () => void;
  leave: (error: GatewayError) => void;
}

/** The limits of a bulkhead. */
export interface BulkheadLimits {
  maxInFlight: number;
  maxQueued: number;
}

/**
 * Keeps one slow upstream from taking all resources of the gateway: limits calls in flight, and queues a few more by
 * priority, dropping those that can no longer finish (Nygard, "Release It!").
 */
export class Bulkhead {
  inFlight = 0;
  private readonly queue: Waiting[] = [];

  /** @param limits may change in place: `admit` is called then */
  constructor(private readonly limits: BulkheadLimits) {}

  /** The number of waiting calls. */
  get queued(): number {
    return this.queue.length;
  }

  /** Takes a place if one is free. The caller releases it once for every `true`. */
  tryEnter(): boolean {
    if (this.inFlight >= this.limits.maxInFlight) return false;
    this.inFlight += 1;
    return true;
  }

  /**
   * Waits for a place.
   * @throws {GatewayError} OVERLOADED if the queue is full of calls at least as urgent, or the context's reason
   */
  wait(context: Context): Promise<void> {
    if (context.endedBy) return Promise.reject(context.reason);
    if (this.queue.length >= this.limits.maxQueued) {
      const last = this.queue.at(-1);
      if (!last || last.context.priority >= context.priority) return Promise.reject(overloaded());
      this.queue.pop();
      last.leave(overloaded());
    }
    return new Promise((resolve, reject) => {
      const stopListening = context.onEnd(() => {
        const place = this.queue.indexOf(waiting);
        if (place >= 0) this.queue.splice(place, 1);
        reject(context.reason);
      });
      const waiting: Waiting = {
        context,
        enter: () => (stopListening(), resolve()),
        leave: (error) => (stopListening(), reject(error)),
      };
      this.insert(waiting);
    });
  }

  /**
   * Releases a place, and gives it to the first queued call that can still finish.
   * @param neededMs the shortest time that a call takes
   */
  release(neededMs = 1): void {
    // Limits that were lowered take the place.
    while (this.inFlight <= this.limits.maxInFlight) {
      const next = this.queue.shift();
      if (!next) break;
      if (next.context.remainingMs >= neededMs) return next.enter();
      next.leave(new GatewayError('UPSTREAM_TIMEOUT', { cause: 'dropped from the queue: it could not finish' }));
    }
    this.inFlight -= 1;
  }

  /** Gives the places that raised limits have added to queued calls. */
  admit(): void {
    while (this.queue.length && this.tryEnter()) this.queue.shift()!.enter();
  }

  private insert(waiting: Waiting): void {
    let place = this.queue.length;
    while (place > 0 && this.queue[place - 1]!.context.priority < waiting.context.priority) place -= 1;
    this.queue.splice(place, 0, waiting);
  }
}

function overloaded(): GatewayError {
  return new GatewayError('OVERLOADED', { source: 'bulkhead', cause: 'the bulkhead is full' });
}
