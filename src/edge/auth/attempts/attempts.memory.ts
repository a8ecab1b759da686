import { atMost } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import type { Pace } from './attempts.ts';

/** Tries are forgotten after so long, in milliseconds. */
export const FORGOTTEN_MS = 3_600_000;
const MOST = 100_000;

interface Tries {
  failed: number;
  /** None before this, on the clock of `performance.now()`. */
  notBefore: number;
}

/** How long one must wait after so many failed, in milliseconds. */
export function delayMs(failed: number, { free, firstMs, mostMs }: Pace): number {
  return failed < free ? 0 : Math.min(mostMs, firstMs * 2 ** Math.min(30, failed - free));
}

/** Tries, as this process has seen them. */
export class AttemptsMemory {
  private readonly known = new LRUCache<string, Tries>({ ...atMost(MOST), ttl: FORGOTTEN_MS });

  /** Counts a try. @returns how long to wait before there can be one, in milliseconds; 0 where this was one */
  begin(key: string, pace: Pace): number {
    const now = performance.now();
    const { failed, notBefore } = this.known.get(key) ?? { failed: 0, notBefore: 0 };
    if (notBefore > now) return notBefore - now;
    this.known.set(key, { failed: failed + 1, notBefore: now + delayMs(failed + 1, pace) });
    return 0;
  }

  /** @param isForgiven whether those before it count no more either */
  end(key: string, isForgiven: boolean): void {
    const tries = this.known.get(key);
    if (tries && !isForgiven) this.known.set(key, { failed: Math.max(0, tries.failed - 1), notBefore: 0 });
    else this.known.delete(key);
  }
}
