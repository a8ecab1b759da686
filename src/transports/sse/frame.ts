import type { DomainEvent, EventSubscription } from '#libs/events';
import type { ServerSentEvent } from './event-stream.ts';
import type { Subscription } from './stream-responder.ts';

/** How a domain event is sent. @param id after which a client can resume */
export type Frame<Event extends DomainEvent> = (event: Event, id: string | undefined) => ServerSentEvent;

/** Sends the type of an event as its name, and its data as they are. */
export const frame: Frame<DomainEvent> = ({ type, data }, id) => ({ id, event: type, data });

/** Frames the events of a subscription; its end is an event `end` with the reason. */
export const framed =
  <Event extends DomainEvent>(subscription: EventSubscription<Event>, frameOf: Frame<Event>): Subscription =>
  (to) =>
    subscription({
      send: (event, id) => to.send(frameOf(event, id)),
      at: (id) => to.at?.(id),
      behind: () => to.behind?.(),
      caughtUp: () => to.caughtUp?.(),
      end: (reason) => to.end('end', { reason }),
    });
