/** A domain event: its type and its data. */
export interface DomainEvent {
  type: string;
  data: object;
}

/** A topic that events are published to. The type parameter is the type of its events. */
export interface Topic<Event extends DomainEvent = DomainEvent> {
  readonly name: string;
  /** Carries the type only; never set. */
  readonly published?: Event;
}

/** Declares a topic. Its name must be unique. */
export const topic = <Event extends DomainEvent>(name: string): Topic<Event> => ({ name });
