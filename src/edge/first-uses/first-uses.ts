import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Shedding } from '#gateway/edge/shedding/shedding';

/** How long after the start it begins, in milliseconds: with several processes on a machine all have started by then. */
const FIRST_MS = 1_000;
/** How often it is looked whether no request is under way, in milliseconds. */
const POLL_MS = 100;
/** How long a busy gateway is watched for a quiet moment, in milliseconds. */
const MAX_WAIT_MS = 10_000;

/**
 * What is loaded or made only when it is used. Each of them blocks the event loop for a tenth of a second: once the gateway is ready
 * they are prepared while no request is under way, so that neither the first request that needs one waits, nor all beside it.
 */
@Injectable()
export class FirstUses implements BeforeApplicationShutdown {
  private readonly uses: (() => unknown)[] = [];
  private isStopping = false;

  constructor(private readonly shedding: Shedding) {}

  /** Adds one. @param prepare does nothing where a request was first */
  add(prepare: () => unknown): void {
    this.uses.push(prepare);
  }

  /**
   * Prepares all, one after another, in quiet moments. What finds none in time, or fails, is left to its first use, which reports the
   * failure.
   * @returns whether the gateway goes on; false once it is to stop
   */
  async prepare(): Promise<boolean> {
    await wait(FIRST_MS, undefined, { ref: false });
    const until = performance.now() + MAX_WAIT_MS;
    for (const use of this.uses.splice(0)) {
      do await wait(POLL_MS, undefined, { ref: false });
      while (this.shedding.report().inFlight > 0 && performance.now() < until && !this.isStopping);
      if (performance.now() >= until || this.isStopping) break;
      try {
        await use();
      } catch {}
    }
    return !this.isStopping;
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }
}
