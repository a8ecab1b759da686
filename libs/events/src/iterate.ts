import type { EventSubscription, ReceivedEvent } from './event-subscription.ts';
import { traceOf, withTrace } from './event-trace.ts';
import type { DomainEvent } from './topic.ts';

/** The iterator ends if more events are queued for its consumer. */
const MAX_WAITING = 1_000;

/** The events of a subscription, which begins immediately and ends with the iterator. */
export function iterate<Event extends DomainEvent>(
  subscription: EventSubscription<Event> | undefined,
): AsyncIterableIterator<ReceivedEvent<Event>> {
  const waiting: ReceivedEvent<Event>[] = [];
  let isOver = subscription === undefined;
  let wake = () => {};
  const stop = subscription?.({
    send: (event, id) => {
      if (isOver) return;
      waiting.push(withTrace({ id, event }, traceOf(event)));
      isOver ||= waiting.length > MAX_WAITING;
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

/**
 * Maps values, and omits those mapped to undefined. It is not a generator: a generator that awaits a value could not
 * end before the value arrives.
 */
export function filterMap<From, To>(
  values: AsyncIterableIterator<From>,
  map: (value: From) => To | undefined,
): AsyncIterableIterator<To> {
  const over = { value: undefined, done: true as const };
  return {
    async next() {
      for (let next = await values.next(); !next.done; next = await values.next()) {
        const value = map(next.value);
        if (value !== undefined) return { value: withTrace(value, traceOf(next.value)), done: false };
      }
      return over;
    },
    async return() {
      await values.return?.();
      return over;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
