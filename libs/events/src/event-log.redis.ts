import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import { type Redis, subscriberOf } from '#libs/redis';
import { LRUCache } from 'lru-cache';
import { currentTrace, withTrace } from './event-trace.ts';
import { eventIdIn, isLater } from './event-id.ts';
import { Recent, type PublishedEvent } from './recent.ts';
import { MAX_KEPT_BYTES, MAX_KEPT, EventLog, type EventLogReport } from './event-log.ts';
import type { DomainEvent, Topic } from './topic.ts';

/** The number of events buffered while Redis is unavailable; beyond it the oldest is dropped. */
const MAX_WAITING = 1_000;
/** The first and the longest delay before a failed write to Redis is retried (exponential backoff), in milliseconds. */
const [FIRST_RETRY_MS, MAX_RETRY_MS] = [10, 500];
/** How long one blocking read waits, in milliseconds. */
const BLOCK_MS = 2_000;
const MAX_BATCH = 500;
/** How far back events are read from a server that may be another one, in milliseconds: what others published meanwhile. */
const MISSED_MS = 10_000;
/** The first entry of a stream: an event of no topic, whose id tells positions of this stream from those of one that was lost. */
const BEGINNING = ['topic', '', 'event', '{}', 'key', 'beginning'];

type Entry = [id: string, fields: string[]];
interface Waiting {
  topic: string;
  event: DomainEvent;
  key: string;
  traceparent: string | undefined;
}

/**
 * An event log across processes: one bounded Redis stream holds the events of all topics, and every process reads it
 * and keeps its newest entries. So one blocking read serves all topics, and a client may reconnect to any process.
 */
export class EventLogRedis extends EventLog {
  private readonly reader: Redis;
  private readonly seen = new LRUCache<string, true>({ max: MAX_KEPT });
  /** Events published here that may not have been read back yet. */
  private readonly mine = new LRUCache<string, true>({ max: MAX_KEPT });
  private readonly waiting: Waiting[] = [];
  private readonly closing = new AbortController();
  private readonly startedAt = performance.now();
  private isWriting = false;
  private last = '$';
  private dropped = 0;
  private lagMs = 0;

  /** @param stream the key of the stream that all processes share */
  constructor(
    private readonly redis: Redis,
    private readonly stream: string,
  ) {
    // Until the stream has been read, the events that a client may have missed are unknown.
    super([Infinity, 0]);
    this.reader = subscriberOf(redis);
    this.reader.on('error', () => {});
    void this.read();
  }

  override publish<Event extends DomainEvent>({ name }: Topic<Event>, event: Event, key?: string): boolean {
    // Several followers of one resource may publish the same event.
    if (key !== undefined && this.seen.has(key)) return false;
    if (key !== undefined && this.mine.has(key)) return true;
    if (key !== undefined) this.mine.set(key, true);
    this.published += 1;
    this.waiting.push({ topic: name, event, key: key ?? randomUUID(), traceparent: currentTrace() });
    if (this.waiting.length > MAX_WAITING) {
      this.waiting.shift();
      this.dropped += 1;
    }
    void this.write();
    return true;
  }

  override report(): EventLogReport {
    return { ...super.report(), dropped: this.dropped, waiting: this.waiting.length, lagMs: this.lagMs };
  }

  override async close(): Promise<void> {
    // A read sent while Redis is unavailable may never be answered, so it is not awaited.
    this.closing.abort();
    this.reader.disconnect();
  }

  private async write(): Promise<void> {
    if (this.isWriting) return;
    this.isWriting = true;
    let tries = 0;
    for (let next = this.waiting[0]; next && !this.closing.signal.aborted; next = this.waiting[0]) {
      const { topic, event, key, traceparent } = next;
      const fields = ['topic', topic, 'event', JSON.stringify(event), 'key', key];
      if (traceparent) fields.push('traceparent', traceparent);
      try {
        // If the response was lost, the event is written twice and delivered once, by its key.
        await this.redis.xadd(this.stream, 'MAXLEN', '~', MAX_KEPT, '*', ...fields);
        if (this.waiting[0] === next) this.waiting.shift();
        tries = 0;
      } catch {
        await this.rest((tries += 1));
      }
    }
    this.isWriting = false;
  }

  private async read(): Promise<void> {
    let tries = 0;
    while (!this.closing.signal.aborted) {
      try {
        if (this.last === '$') await this.readBack();
        else if (tries) await this.startOverIfLost();
        const found = await this.reader.xread(
          'COUNT',
          MAX_BATCH,
          'BLOCK',
          BLOCK_MS,
          'STREAMS',
          this.stream,
          this.last,
        );
        for (const entry of found?.[0]?.[1] ?? []) this.hear(entry);
        tries = 0;
      } catch {
        await this.rest((tries += 1));
      }
    }
  }

  /** Events published before this process started: clients may have seen some of them. */
  private async readBack(): Promise<void> {
    let entries = await this.kept();
    if (!entries.length) {
      await this.redis.xadd(this.stream, '*', ...BEGINNING);
      entries = await this.kept();
    }
    const since = await this.startByRedis();
    // Nothing is known of what was before the oldest: it was trimmed, or was in a Redis that has lost it.
    this.recent = new Recent(MAX_KEPT, MAX_KEPT_BYTES, eventIdIn(entries[0]![0]));
    this.last = '0-0';
    for (const entry of entries) {
      const published = this.newsIn(entry);
      if (!published) continue;
      // Followers may exist already: events since then are new to them.
      if (eventIdIn(published.id)![0] >= since) this.deliver(published);
      else this.recent.add(published);
    }
  }

  /** The entries of the stream, oldest first. */
  private async kept(): Promise<Entry[]> {
    return (await this.reader.xrevrange(this.stream, '+', '-', 'COUNT', MAX_KEPT)).reverse();
  }

  /**
   * Starts over where the stream has lost the last entry that was read, as after a failover to a replica that lagged behind, or to an
   * empty server: by a clock that is behind, even by a second, new entries are before it. Positions of clients from before are unknown
   * then.
   */
  private async startOverIfLost(): Promise<void> {
    const last = eventIdIn(this.last)!;
    const [newest] = await this.reader.xrevrange(this.stream, '+', '-', 'COUNT', 1);
    if (newest && !isLater(last, eventIdIn(newest[0])!)) return;
    const now = await this.nowByRedis();
    this.recent = new Recent(MAX_KEPT, MAX_KEPT_BYTES, [now, 0], last);
    this.last = `${now - MISSED_MS}-0`;
  }

  /** When this process started, by the clock of Redis, which the ids have and which may be another than ours. */
  private async startByRedis(): Promise<number> {
    const now = await this.nowByRedis();
    return Math.floor(now - (performance.now() - this.startedAt));
  }

  /** Whole milliseconds since the epoch. */
  private async nowByRedis(): Promise<number> {
    const [seconds, microseconds] = (await this.reader.time()).map(Number) as [number, number];
    return Math.floor(seconds * 1_000 + microseconds / 1_000);
  }

  private hear(entry: Entry): void {
    this.lagMs = Math.max(0, Date.now() - eventIdIn(entry[0])![0]);
    const published = this.newsIn(entry);
    if (published) this.deliver(published);
  }

  private newsIn([id, fields]: Entry): PublishedEvent | undefined {
    if (!isLater(eventIdIn(id)!, eventIdIn(this.last)!)) return undefined;
    this.last = id;
    const [, topic, , event, , key, , traceparent] = fields;
    if (this.seen.has(key!)) return undefined;
    this.seen.set(key!, true);
    if (topic === '') return undefined;
    return { id, topic: topic!, event: withTrace(JSON.parse(event!) as DomainEvent, traceparent) };
  }

  private async rest(tries: number): Promise<void> {
    const ms = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
    await passed(ms, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
  }
}
