import type { DomainEvent } from './topic.ts';

/** Receives the events of a subscription. */
export interface EventSubscriber<Event extends DomainEvent> {
  /** @param id the event's id, from which a client can resume; none for an event that cannot be replayed */
  send(event: Event, id?: string): void;
  /** No event has been sent yet, and all that follow are after this id: a client that loses its connection before one resumes there. */
  at?(id: string): void;
  /** Past events follow until `caughtUp`: a poll waits for them. */
  behind?(): void;
  /** All events from before the subscription have been sent. */
  caughtUp?(): void;
  /** No more events follow. @param reason `complete`, or the code of an error */
  end(reason: string): void;
}

/** Starts to send events to a subscriber. @returns a function that ends the subscription */
export type EventSubscription<Event extends DomainEvent = DomainEvent> = (
  subscriber: EventSubscriber<Event>,
) => () => void;

/** An event as a subscriber received it. */
export interface ReceivedEvent<Event extends DomainEvent> {
  id: string | undefined;
  event: Event;
}
