import { type EventId, eventIdIn, isLater } from './event-id.ts';
import type { DomainEvent } from './topic.ts';

/** A published event. */
export interface PublishedEvent<Event extends DomainEvent = DomainEvent> {
  /** Increases over all topics. */
  id: string;
  topic: string;
  event: Event;
}

const START: EventId = [0, 0];

/** How far ahead the clock that gives ids may be of ours, in milliseconds. */
const SKEW_MS = 5_000;

/** Estimated memory of an event beyond its text, in bytes. */
const OVERHEAD_BYTES = 200;
const BYTES_PER_CHARACTER = 2;

/** The newest events of all topics, bounded by count and bytes. */
export class Recent {
  /** Events before `first` have been evicted. */
  private readonly all: ({ published: PublishedEvent; bytes: number } | undefined)[] = [];
  private first = 0;
  private held = 0;
  private readonly byTopic = new Map<string, PublishedEvent[]>();
  /** Every event after this id is kept. */
  private floor: EventId;
  private newest: EventId | undefined;
  /** Ids up to this one may be of a stream that was lost; what followed them there is unknown. */
  private readonly lostTo: EventId;

  /**
   * @param maxBytes of all events together
   * @param floor the id after which no event is missing
   * @param lost the last id of a stream that was lost, in whose place this one is
   */
  constructor(
    private readonly max: number,
    private readonly maxBytes: number,
    floor: EventId = START,
    lost: EventId = START,
  ) {
    this.floor = floor;
    // One that is further ahead is told from ids of this stream by the time.
    this.lostTo = isLater(lost, [Date.now() + SKEW_MS, 0]) ? START : lost;
  }

  add(event: PublishedEvent): void {
    const bytes = OVERHEAD_BYTES + JSON.stringify(event.event).length * BYTES_PER_CHARACTER;
    this.all.push({ published: event, bytes });
    this.newest = eventIdIn(event.id);
    this.held += bytes;
    const its = this.byTopic.get(event.topic);
    if (its) its.push(event);
    else this.byTopic.set(event.topic, [event]);
    while (this.size > this.max || this.held > this.maxBytes) this.evictOldest();
  }

  /**
   * The events of a topic after the last one that a client has received; undefined if some may be missing, because that
   * id is too old or unknown. So is one that is later than now, of another server or from before its clock was set back: all that
   * follows is earlier.
   */
  after(topic: string, lastSeen: string): readonly PublishedEvent[] | undefined {
    const seen = eventIdIn(lastSeen);
    if (!seen || isLater(this.floor, seen) || this.isAhead(seen) || this.isLost(seen)) return undefined;
    const its = this.byTopic.get(topic) ?? [];
    const next = its.findIndex(({ id }) => isLater(eventIdIn(id)!, seen));
    return next < 0 ? [] : its.slice(next);
  }

  /** The id that all later events are after; undefined where it is not known. */
  get position(): string | undefined {
    const { newest, floor } = this;
    const [ms, number] = newest && !isLater(floor, newest) ? newest : floor;
    return ms === Infinity ? undefined : `${ms}-${number}`;
  }

  get size(): number {
    return this.all.length - this.first;
  }

  /** Estimated memory of the kept events, in bytes. */
  get bytes(): number {
    return this.held;
  }

  private isAhead(seen: EventId): boolean {
    return isLater(seen, [Date.now() + SKEW_MS, 0]) && isLater(seen, this.newest ?? START);
  }

  private isLost(seen: EventId): boolean {
    return this.lostTo !== START && !isLater(seen, this.lostTo);
  }

  private evictOldest(): void {
    const { published: oldest, bytes } = this.all[this.first]!;
    this.all[this.first] = undefined;
    this.first += 1;
    this.held -= bytes;
    this.floor = eventIdIn(oldest.id)!;
    const its = this.byTopic.get(oldest.topic)!;
    its.shift();
    if (!its.length) this.byTopic.delete(oldest.topic);
    if (this.first < this.max) return;
    this.all.splice(0, this.first);
    this.first = 0;
  }
}
