const ID = /^(\d{1,15})-(\d{1,15})$/;

/** When an event came, in milliseconds, and its number in that one: as Redis Streams count. */
export type EventId = readonly [ms: number, number: number];

/** Reads an id as clients send it back; undefined for what is none. */
export function eventIdIn(text: string): EventId | undefined {
  const [, ms, number] = ID.exec(text) ?? [];
  return ms === undefined ? undefined : [Number(ms), Number(number)];
}

/** Whether one came later than another. */
export const isLater = ([ms, number]: EventId, [otherMs, otherNumber]: EventId): boolean =>
  ms > otherMs || (ms === otherMs && number > otherNumber);

/** Makes ids that only grow, whatever the clock does. */
export function eventIds(now: () => number = Date.now): () => EventId {
  let last: EventId = [0, 0];
  return () => {
    const ms = now();
    last = ms > last[0] ? [ms, 0] : [last[0], last[1] + 1];
    return last;
  };
}
