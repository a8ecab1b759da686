import type { Sent } from './event-stream.ts';
import type { Feed } from './stream-door.ts';

/** Who takes events no faster than so many wait has to come back. */
const MOST_WAITING = 1_000;

/** The events of a feed, one after the other: begins at once, and stops when nobody asks for more. */
export function iterate(feed: Feed | undefined): AsyncIterableIterator<Sent> {
  const waiting: Sent[] = [];
  let isOver = feed === undefined;
  let wake = () => {};
  const stop = feed?.({
    send: (sent) => {
      if (isOver) return;
      waiting.push(sent);
      isOver ||= waiting.length > MOST_WAITING;
      wake();
    },
    end: () => {
      isOver = true;
      wake();
    },
  });
  const finish = async () => {
    isOver = true;
    waiting.length = 0;
    stop?.();
    wake();
    return { value: undefined, done: true as const };
  };
  return {
    async next() {
      while (!waiting.length && !isOver) await new Promise<void>((resolve) => (wake = resolve));
      const value = waiting.shift();
      return value ? { value, done: false } : finish();
    },
    return: finish,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Of some events what they say. No generator: one that waits for an event would not stop before it came. */
export function saidBy<T>(
  events: AsyncIterableIterator<Sent>,
  say: (sent: Sent) => T | undefined,
): AsyncIterableIterator<T> {
  const over = { value: undefined, done: true as const };
  return {
    async next() {
      for (let next = await events.next(); !next.done; next = await events.next()) {
        const value = say(next.value);
        if (value !== undefined) return { value, done: false };
      }
      return over;
    },
    async return() {
      await events.return?.();
      return over;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
