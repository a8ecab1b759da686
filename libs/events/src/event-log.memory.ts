import { LRUCache } from 'lru-cache';
import { eventIds } from './event-id.ts';
import { currentTrace, withTrace } from './event-trace.ts';
import { MAX_KEPT, EventLog } from './event-log.ts';
import type { DomainEvent, Topic } from './topic.ts';

/** An event log within one process. */
export class EventLogMemory extends EventLog {
  private readonly keys = new LRUCache<string, true>({ max: MAX_KEPT });
  private readonly nextId = eventIds();

  /** Events that an earlier process published are unknown here. */
  constructor(now = Date.now()) {
    super([now - 1, 0]);
  }

  override publish<Event extends DomainEvent>({ name }: Topic<Event>, event: Event, key?: string): boolean {
    if (key !== undefined && this.keys.has(key)) return false;
    if (key !== undefined) this.keys.set(key, true);
    this.published += 1;
    this.deliver({ id: this.nextId().join('-'), topic: name, event: withTrace(event, currentTrace()) });
    return true;
  }

  override async close(): Promise<void> {}
}
