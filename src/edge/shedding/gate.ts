import { PRIORITIES, type Priority } from '#gateway/declare/priority';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import { SHARES } from './priorities.ts';

/** Somebody who waits to be let in. */
interface Waiting {
  enter(): void;
  refuse(): void;
  /** When they do not wait any more, on the clock of `performance.now()`. */
  until: number;
}

/** What has become of requests of one priority. */
export interface Passed {
  accepted: number;
  queued: number;
  shed: number;
}

/**
 * Lets in as many requests as the limit allows. A few more wait, the more urgent first; whose time has run out meanwhile is
 * not let in any more: nobody waits for their answer.
 */
export class Gate {
  inFlight = 0;
  /** New work is refused altogether. */
  isClosed = false;
  /** A queue would only stand: who cannot come in at once is refused. */
  isFlooded = false;
  readonly passed = Object.fromEntries(
    PRIORITIES.map((one) => [one, { accepted: 0, queued: 0, shed: 0 }]),
  ) as Record<Priority, Passed>;
  private readonly queues = Object.fromEntries(PRIORITIES.map((one) => [one, []])) as unknown as Record<
    Priority,
    Waiting[]
  >;

  constructor(
    private readonly limit: Pick<AdaptiveLimit, 'value'>,
    private readonly mostQueued: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get queued(): number {
    return PRIORITIES.reduce((sum, one) => sum + this.queues[one].length, 0);
  }

  /** Lets somebody in now, soon, or not at all. @param withinMs how long they wait for an answer */
  arrive(priority: Priority, withinMs: number, enter: () => void, refuse: () => void): void {
    const counts = this.passed[priority];
    if (this.isClosed) {
      counts.shed += 1;
      refuse();
    } else if (this.hasRoom(priority)) {
      counts.accepted += 1;
      this.inFlight += 1;
      enter();
    } else if (this.mayQueue(priority)) {
      counts.queued += 1;
      this.queues[priority].push({ enter, refuse, until: this.now() + withinMs });
    } else {
      counts.shed += 1;
      refuse();
    }
  }

  /** Whether one who came now would be refused; counts it as one that was. */
  refuses(priority: Priority): boolean {
    const isRefused = this.isClosed || (!this.hasRoom(priority) && !this.mayQueue(priority));
    if (isRefused) this.passed[priority].shed += 1;
    return isRefused;
  }

  /** Somebody has left: the next may come in. */
  leave(): void {
    this.inFlight -= 1;
    for (const priority of PRIORITIES) {
      const queue = this.queues[priority];
      while (queue.length && this.hasRoom(priority)) {
        const next = queue.shift()!;
        if (next.until <= this.now()) {
          this.passed[priority].shed += 1;
          next.refuse();
          continue;
        }
        this.passed[priority].accepted += 1;
        this.inFlight += 1;
        next.enter();
      }
    }
  }

  private mayQueue(priority: Priority): boolean {
    return !this.isFlooded && this.queued < this.mostQueued * SHARES[priority];
  }

  private hasRoom(priority: Priority): boolean {
    return this.inFlight < Math.max(1, this.limit.value * SHARES[priority]);
  }
}
