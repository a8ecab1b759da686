const ID = /^(\d{1,15})-(\d{1,15})$/;

/** An event id in the format of Redis Streams: the time in milliseconds, and a sequence number. */
export type EventId = readonly [ms: number, number: number];

/** Parses an event id that a client sends back; undefined if it is malformed. */
export function eventIdIn(text: string): EventId | undefined {
  const [, ms, number] = ID.exec(text) ?? [];
  return ms === undefined ? undefined : [Number(ms), Number(number)];
}

/** Whether the first id is later than the second. */
export const isLater = ([ms, number]: EventId, [otherMs, otherNumber]: EventId): boolean =>
  ms > otherMs || (ms === otherMs && number > otherNumber);

/** Generates increasing ids, even if the clock goes back. */
export function eventIds(now: () => number = Date.now): () => EventId {
  let last: EventId = [0, 0];
  return () => {
    const ms = now();
    last = ms > last[0] ? [ms, 0] : [last[0], last[1] + 1];
    return last;
  };
}
