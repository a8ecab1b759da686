import type { DomainEvent } from './topic.ts';

/** Receives the events of a subscription. */
export interface EventSubscriber<Event extends DomainEvent> {
  /** @param id of the event, after which a client can resume; none for an event that cannot be sent again */
  send(event: Event, id?: string): void;
  /** More events that have already happened follow, until `caughtUp`: a poll waits for them. */
  behind?(): void;
  /** All events that had happened before the subscription began have been sent. */
  caughtUp?(): void;
  /** No more events follow. @param reason `complete`, or the code of an error */
  end(reason: string): void;
}

/** Events, sent to a subscriber from the call on. @returns ends the subscription */
export type EventSubscription<Event extends DomainEvent = DomainEvent> = (
  subscriber: EventSubscriber<Event>,
) => () => void;

/** An event as a subscriber received it. */
export interface ReceivedEvent<Event extends DomainEvent> {
  id: string | undefined;
  event: Event;
}
