import { isGone } from '#gateway/edge/context/is-gone';
import { hasRepresentation } from '#libs/entity-tags';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerSentEvent } from './event-stream.ts';
import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';
import type { OpenStreams, StreamConnection } from '#gateway/edge/streams/open-streams';
import type { Subscription, Subscriber } from './stream-responder.ts';

/** The shortest wait for events, in milliseconds: events that are stored already arrive within it. */
const LEAST_MS = 250;
/** The longest wait for missed events from an upstream, in milliseconds. */
const CATCH_UP_MS = 1_000;
/** How long the feed stays subscribed for the client's next poll, in milliseconds. */
const LINGER_MS = 5_000;
/** The most events of one response. */
const MAX_EVENTS = 1_000;

/**
 * Long polling: answers with the next events of a feed, after missed events have been replayed, or 204 if none arrives within
 * `waitMs`. The `ETag` is the id of the last event (RFC 9110). A waiting poll counts as an open stream. One that is ended
 * early for any reason but the end of the feed is answered with the event that gives the reason, as a stream is: 204 would
 * stop clients that should poll again.
 * @throws {GatewayError} RATE_LIMITED, OVERLOADED
 */
export async function poll(
  request: FastifyRequest,
  reply: FastifyReply,
  waitMs: number,
  subscription: Subscription,
  streams: OpenStreams,
): Promise<void> {
  const { context, routeOptions } = request;
  const waiting = streams.add(context, routeOptions.url!, () => new Poll());
  request.isStream = true;
  context.settle();
  reply.raw.once('close', () => waiting.leave());
  if (isGone(reply.raw)) return waiting.leave();
  request.place?.leave();
  const stop = subscription(waiting);
  const late = setTimeout(() => waiting.late(), Math.max(LEAST_MS, waitMs));
  await new Promise<void>((resolve) => waiting.onOver(resolve));
  clearTimeout(late);
  if (isGone(reply.raw)) return stop();
  setTimeout(stop, LINGER_MS).unref();
  write(request, reply, waiting);
}

/** An event of an answer; the last one of a poll that was ended has the delay before the next poll, in milliseconds. */
type PolledEvent = ServerSentEvent & { retry?: number };

/** A poll that waits for events. */
class Poll implements StreamConnection, Subscriber {
  readonly openedAt = Date.now();
  readonly heldBytes = 0;
  readonly events: PolledEvent[] = [];
  lastId: string | undefined;
  endedBy: StreamEnd | undefined;
  private isOver = false;
  private isLate = false;
  private catchingUp: NodeJS.Timeout | undefined;
  private readonly listeners: Array<() => void> = [];

  get sent(): number {
    return this.events.length;
  }

  onOver(listener: () => void): void {
    if (this.isOver) listener();
    else this.listeners.push(listener);
  }

  send(event: ServerSentEvent): void {
    if (this.isOver || this.events.length === MAX_EVENTS) return;
    this.events.push(event);
    this.lastId = event.id ?? this.lastId;
    this.endSoon();
  }

  behind(): void {
    if (this.isOver) return;
    this.catchingUp ??= setTimeout(() => this.caughtUp(), CATCH_UP_MS);
  }

  caughtUp(): void {
    clearTimeout(this.catchingUp);
    this.catchingUp = undefined;
    this.endSoon();
  }

  /** Ends the poll once missed events are there: its wait time has passed. */
  late(): void {
    this.isLate = true;
    this.endSoon();
  }

  /** Ends the poll without an answer: the client has left. */
  leave(): void {
    this.over();
  }

  /** @param retryMs when the client should poll again, in milliseconds: sent as `retry` of the last event */
  end(event?: string, data: object | string = {}, retryMs?: number): void {
    if (this.isOver) return;
    this.endedBy = endOf(event, data);
    const retry = retryMs === undefined ? {} : { retry: Math.round(retryMs) };
    if (event !== undefined && this.endedBy !== 'complete') this.events.push({ event, data, ...retry });
    this.over();
  }

  /** Ends the poll after this turn of the event loop, so that events of one turn share a response. */
  private endSoon(): void {
    setImmediate(() => {
      if (!this.catchingUp && (this.events.length || this.isLate)) this.end();
    });
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.catchingUp);
    for (const listener of this.listeners.splice(0)) listener();
  }

  beat(): void {}

  notify(): boolean {
    return false;
  }
}

function write(request: FastifyRequest, reply: FastifyReply, { events, endedBy }: Poll): void {
  if (!events.length) return void reply.code(204).send();
  const last = events.findLast(({ id }) => id !== undefined)?.id;
  if (last !== undefined) void reply.headers({ etag: `"${last}"`, 'cache-control': 'private, no-cache' });
  const hasSeen = last !== undefined && hasRepresentation(request.headers['if-none-match'], `"${last}"`);
  if (hasSeen && endedBy === 'complete') return void reply.code(304).send();
  void reply.type('application/json; charset=utf-8').send(JSON.stringify({ events }));
}
