import { type EventTypes, eventTypes } from '#gateway/declare/events';
import { STREAM_ENDS } from '#gateway/edge/streams/stream-end';
import { z } from 'zod';

const reasons = STREAM_ENDS.map((reason) => `\`${reason}\``).join(', ');

/** Events that every stream may have besides its own. */
export const STREAM_EVENTS = eventTypes<
  | { type: 'broadcast'; data: { message: string } }
  | { type: 'end'; data: { reason: string } }
  | { type: 'overflow'; data: { heldBytes: number } }
  | { type: 'shutdown'; data: Record<string, never> }
>('Stream', {
  broadcast: z.object({ message: z.string().max(2_000) }).describe('A message of the operators.'),
  end: z
    .object({ reason: z.string() })
    .describe(`The last event: ${reasons}, or the code of the error of an upstream.`),
  overflow: z.object({ heldBytes: z.int().min(0) }).describe('The last event to a client that reads too slowly.'),
  shutdown: z.object({}).describe('The last event: the gateway stops. Reconnect after `retry` milliseconds.'),
});

/** The events that may end a poll early. */
export const POLL_ENDS: EventTypes = {
  name: STREAM_EVENTS.name,
  of() {
    const { broadcast: _, ...ends } = STREAM_EVENTS.of();
    return ends;
  },
};
