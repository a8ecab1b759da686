import { boundedLru } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import { type Counter, keptMs, type Pace } from './counter.ts';

const MAX_NAMES = 100_000;

interface Failures {
  failed: number;
  /** The time before which no attempt is allowed, by the clock of `performance.now()`. */
  notBefore: number;
  /** The last attempt, which set `notBefore`. */
  ticket: string;
}

/** The delay after `failed` failures, in milliseconds. */
export function delayMs(failed: number, { free, firstMs, maxMs }: Pace): number {
  return failed < free ? 0 : Math.min(maxMs, firstMs * 2 ** Math.min(30, failed - free));
}

/** Delayed attempts, counted in this process. */
export class DelaysMemory implements Counter {
  private readonly known: LRUCache<string, Failures>;

  constructor(private readonly pace: Pace) {
    this.known = new LRUCache({ ...boundedLru(MAX_NAMES), perf: { now: () => performance.now() } });
  }

  begin(name: string, ticket: string): number {
    const now = performance.now();
    const { failed, notBefore } = this.known.get(name) ?? { failed: 0, notBefore: 0 };
    if (notBefore > now) return notBefore - now;
    this.keep(name, { failed: failed + 1, notBefore: now + delayMs(failed + 1, this.pace), ticket });
    return 0;
  }

  takeBack(name: string, ticket: string): void {
    const failures = this.known.get(name);
    if (!failures) return;
    const { failed, notBefore, ticket: last } = failures;
    if (failed <= 1) this.known.delete(name);
    else this.keep(name, { failed: failed - 1, notBefore: last === ticket ? 0 : notBefore, ticket: last });
  }

  clear(name: string): void {
    this.known.delete(name);
  }

  failed(name: string): number {
    return this.known.get(name)?.failed ?? 0;
  }

  private keep(name: string, failures: Failures): void {
    this.known.set(name, failures, { ttl: keptMs(failures.failed, this.pace) });
  }
}
