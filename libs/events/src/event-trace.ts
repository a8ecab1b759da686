import { currentSpan } from '#libs/observe';

/** Beside the events, whose members are sent to clients. */
const traces = new WeakMap<object, string>();

/** The `traceparent` (W3C Trace Context) of whoever published an event, or of the event that a value was made of. */
export const traceOf = (event: unknown): string | undefined =>
  typeof event === 'object' && event !== null ? traces.get(event) : undefined;

/** Notes the `traceparent` of an event; nothing for undefined. @returns the event */
export function withTrace<T>(event: T, traceparent: string | undefined): T {
  if (traceparent !== undefined && typeof event === 'object' && event !== null) traces.set(event, traceparent);
  return event;
}

/** The `traceparent` that an event published now has; undefined unless traces are exported. */
export function currentTrace(): string | undefined {
  const span = currentSpan();
  return span?.recording.contextOf(span)?.traceparent;
}
