import { boundedLru } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import type { Cap, Counter } from './counter.ts';

const MAX_NAMES = 100_000;

interface CountedAttempt {
  ticket: string;
  /** By the clock of `performance.now()`. */
  at: number;
}

/** Capped attempts, counted in this process: a sliding window log with at most as many entries as the cap allows. */
export class CapsMemory implements Counter {
  private readonly known: LRUCache<string, readonly CountedAttempt[]>;

  constructor(private readonly cap: Cap) {
    this.known = new LRUCache({
      ...boundedLru(MAX_NAMES),
      ttl: cap.windowMs,
      perf: { now: () => performance.now() },
    });
  }

  begin(name: string, ticket: string): number {
    const now = performance.now();
    const { max, windowMs } = this.cap;
    const recent = (this.known.get(name) ?? []).filter(({ at }) => now - at < windowMs);
    if (recent.length >= max) return recent[0]!.at + windowMs - now;
    this.known.set(name, [...recent, { ticket, at: now }]);
    return 0;
  }

  takeBack(name: string, ticket: string): void {
    const left = this.known.get(name)?.filter((one) => one.ticket !== ticket);
    if (left?.length) this.known.set(name, left);
    else this.known.delete(name);
  }

  clear(name: string): void {
    this.known.delete(name);
  }

  failed(name: string): number {
    return this.known.get(name)?.length ?? 0;
  }
}
