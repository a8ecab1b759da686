import { PRIORITIES, type Priority } from '#gateway/declare/priority';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import { SHARES } from './priorities.ts';

/** A queued request. */
interface Waiting {
  enter(): void;
  refuse(): void;
  /** When its deadline passes, on the clock of `performance.now()`. */
  until: number;
}

/** The counters of one priority. */
export interface Passed {
  accepted: number;
  queued: number;
  shed: number;
}

/**
 * Admits as many requests as the limit allows, and queues a few more, by priority. A queued request whose deadline
 * has passed is refused: its client no longer waits.
 */
export class Gate {
  inFlight = 0;
  /** Refuses every new request. */
  isClosed = false;
  /** Queues no new requests, as the queue would not drain: those beyond the limit are refused at once. */
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
    /** The most queued requests; may change. */
    public maxQueued: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get queued(): number {
    return PRIORITIES.reduce((sum, one) => sum + this.queues[one].length, 0);
  }

  /** Admits, queues or refuses a request. @param withinMs its deadline from now, in milliseconds */
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

  /** Whether a request would be refused now; counts it as shed if so. */
  refuses(priority: Priority): boolean {
    const isRefused = this.isClosed || (!this.hasRoom(priority) && !this.mayQueue(priority));
    if (isRefused) this.passed[priority].shed += 1;
    return isRefused;
  }

  /** Releases a place, and admits queued requests. */
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
    return !this.isFlooded && this.queued < this.maxQueued * SHARES[priority];
  }

  private hasRoom(priority: Priority): boolean {
    return this.inFlight < Math.max(1, this.limit.value * SHARES[priority]);
  }
}
