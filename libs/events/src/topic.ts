/** Something that happened: its kind, and what there is to say of it. */
export interface DomainEvent {
  type: string;
  data: object;
}

/** Where events of some kinds are told, for those who follow it. The type says which kinds. */
export interface Topic<Event extends DomainEvent = DomainEvent> {
  readonly name: string;
  /** Carries the type alone. */
  readonly told?: Event;
}

/** A topic with a name of its own. */
export const topic = <Event extends DomainEvent>(name: string): Topic<Event> => ({ name });
