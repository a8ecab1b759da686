import { setImmediate as turnOfLoop } from 'node:timers/promises';

/** The longest turn of the event loop that ends it at first, in milliseconds, and how fast that grows where none is as short. */
const [SHORT_TURN_MS, MORE_PER_MS] = [1, 1 / 200];

/**
 * Resolves right after a short turn of the event loop in which nothing was counted, so that hardly anything can have come since.
 * @param maxMs the longest wait, in milliseconds
 * @param isPending whether something that has come is still to be done
 */
export async function untilQuiet(counted: () => number, maxMs: number, isPending = () => false): Promise<void> {
  const start = performance.now();
  for (let [now, isQuiet] = [start, false]; !isQuiet && now - start < maxMs;) {
    const [before, since] = [counted(), now];
    await turnOfLoop();
    now = performance.now();
    const isShort = now - since <= SHORT_TURN_MS + (now - start) * MORE_PER_MS;
    isQuiet = isShort && counted() === before && !isPending();
  }
}
