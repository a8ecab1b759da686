import type { EventId } from './event-id.ts';
import { Recent, type PublishedEvent } from './recent.ts';
import type { DomainEvent, Topic } from './topic.ts';

/** The number of events kept for clients that reconnect. */
export const MAX_KEPT = 10_000;

/** The memory for kept events in each process, in bytes. */
export const MAX_KEPT_BYTES = 33_554_432;

/** Called for every event, in the order of ids. Must not throw or block. */
export type Listener<Event extends DomainEvent = DomainEvent> = (published: PublishedEvent<Event>) => void;

/** The state of an event log, for metrics. */
export interface EventLogReport {
  published: number;
  /** Events dropped from a full buffer while Redis was unavailable. */
  dropped: number;
  /** Events published and not yet written to Redis. */
  waiting: number;
  /** The time from publishing the newest event to reading it here, in milliseconds. */
  lagMs: number;
  followers: number;
  kept: number;
}

/** A log of domain events: delivers them to all followers, and replays recent ones to clients that reconnect. */
export abstract class EventLog {
  protected recent: Recent;
  protected published = 0;
  private readonly listeners = new Map<string, Set<Listener>>();
  private followers = 0;

  /** @param floor the id after which events can be replayed */
  constructor(floor?: EventId) {
    this.recent = new Recent(MAX_KEPT, MAX_KEPT_BYTES, floor);
  }

  /**
   * Publishes an event. Returns at once: no request waits for it.
   * @param key deduplicates: the same key is one event, whichever process publishes it
   * @returns whether followers have yet to receive it; false if they have received one with this key
   */
  abstract publish<Event extends DomainEvent>(topic: Topic<Event>, event: Event, key?: string): boolean;

  /**
   * Calls `listener` for the events of a topic after `lastSeen`, then for every new one.
   * @returns whether earlier events may be missing, the id that all later ones are after where it is known, and a function that
   *   unsubscribes
   */
  follow<Event extends DomainEvent>(
    { name }: Topic<Event>,
    lastSeen: string | undefined,
    listener: Listener<Event>,
  ): { hasGap: boolean; position: string | undefined; stop: () => void } {
    const { position } = this.recent;
    const missed = lastSeen === undefined ? [] : this.recent.after(name, lastSeen);
    for (const published of missed ?? []) listener(published as PublishedEvent<Event>);
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all.add(listener as Listener));
    this.followers += 1;
    const stop = () => {
      if (!all.delete(listener as Listener)) return;
      this.followers -= 1;
      if (!all.size && this.listeners.get(name) === all) this.listeners.delete(name);
    };
    return { hasGap: missed === undefined, position, stop };
  }

  report(): EventLogReport {
    const { published, followers, recent } = this;
    return { published, dropped: 0, waiting: 0, lagMs: 0, followers, kept: recent.size };
  }

  /** Stops background work. */
  abstract close(): Promise<void>;

  protected deliver(published: PublishedEvent): void {
    this.recent.add(published);
    for (const listener of this.listeners.get(published.topic) ?? []) listener(published);
  }
}
