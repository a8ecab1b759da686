import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until a condition holds, for what has no event to wait for. It is evaluated at once, and then again and again.
 * @param condition what is waited for: truthy once it holds
 * @param withinMs the longest wait, in milliseconds
 * @param everyMs the pause between evaluations, in milliseconds
 * @returns the value of the condition
 * @throws {Error} what the condition throws; or, if it does not hold in time, an error with the text of the condition
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { withinMs = 30_000, everyMs = 5 } = {},
): Promise<Exclude<T, undefined | null | false>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, undefined | null | false>;
    if (performance.now() > end) throw new Error(`Not so within ${withinMs} ms: ${String(condition)}`);
    await pause(everyMs);
  }
}
