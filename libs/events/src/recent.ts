import { type EventId, eventIdIn, isLater } from './event-id.ts';
import type { DomainEvent } from './topic.ts';

/** An event that was published. */
export interface Told<Event extends DomainEvent = DomainEvent> {
  /** Grows from one to the next, over all topics. */
  id: string;
  topic: string;
  event: Event;
}

const START: EventId = [0, 0];

/** The newest events of all topics, as many as there is room for. */
export class Recent {
  private readonly all: Told[] = [];
  private first = 0;
  private readonly byTopic = new Map<string, Told[]>();
  /** All that came later than this is here. */
  private floor: EventId;

  /** @param floor where what is known begins */
  constructor(
    private readonly most: number,
    floor: EventId = START,
  ) {
    this.floor = floor;
  }

  add(told: Told): void {
    this.all.push(told);
    const its = this.byTopic.get(told.topic);
    if (its) its.push(told);
    else this.byTopic.set(told.topic, [told]);
    if (this.all.length - this.first > this.most) this.forgetOldest();
  }

  /**
   * The events of a topic after one that a client has seen; undefined where some of them may be missing here, since it is
   * too long ago or is none of ours.
   */
  after(topic: string, lastSeen: string): readonly Told[] | undefined {
    const seen = eventIdIn(lastSeen);
    if (!seen || isLater(this.floor, seen)) return undefined;
    const its = this.byTopic.get(topic) ?? [];
    const next = its.findIndex(({ id }) => isLater(eventIdIn(id)!, seen));
    return next < 0 ? [] : its.slice(next);
  }

  get size(): number {
    return this.all.length - this.first;
  }

  private forgetOldest(): void {
    const oldest = this.all[this.first]!;
    this.first += 1;
    this.floor = eventIdIn(oldest.id)!;
    const its = this.byTopic.get(oldest.topic)!;
    its.shift();
    if (!its.length) this.byTopic.delete(oldest.topic);
    if (this.first < this.most) return;
    this.all.splice(0, this.first);
    this.first = 0;
  }
}
