import { isGone } from '#gateway/edge/context/is-gone';
import { hasRepresentation } from '#libs/entity-tags';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sent } from './event-stream.ts';
import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';
import type { OpenStreams, Told } from '#gateway/edge/streams/open-streams';
import type { Feed, Sink } from './stream-door.ts';

/** What is there already comes within so long. */
const LEAST_MS = 250;
/** What has happened already, and comes from an upstream, is waited for so long at most. */
const CATCH_UP_MS = 1_000;
/** A client that was answered polls again: the feed goes on for so long, so that it need not begin anew. */
const LINGER_MS = 5_000;
/** So many events are answered at once. */
const MOST = 1_000;

/**
 * Answers with the events of a feed that there are, waiting for the first of them, and for all that had happened already;
 * 204 where none comes in time. An `ETag`
 * stands for the last of them (RFC 9110). While it waits it is a stream as any other.
 * @throws {GatewayError} RATE_LIMITED, OVERLOADED
 */
export async function poll(
  request: FastifyRequest,
  reply: FastifyReply,
  waitMs: number,
  feed: Feed,
  streams: OpenStreams,
): Promise<void> {
  const { context, routeOptions } = request;
  const waiting = streams.add(context, routeOptions.url!, () => new Poll());
  request.isStream = true;
  context.settle();
  reply.raw.once('close', () => waiting.leave());
  if (isGone(reply.raw)) return waiting.leave();
  request.place?.leave();
  const stop = feed(waiting);
  const late = setTimeout(() => waiting.late(), Math.max(LEAST_MS, waitMs));
  await new Promise<void>((resolve) => waiting.onOver(resolve));
  clearTimeout(late);
  if (isGone(reply.raw)) return stop();
  setTimeout(stop, LINGER_MS).unref();
  write(request, reply, waiting.events);
}

/** Somebody who waits for the first events. */
class Poll implements Told, Sink {
  readonly openedAt = Date.now();
  readonly heldBytes = 0;
  readonly events: Sent[] = [];
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

  send(sent: Sent): void {
    if (this.isOver || this.events.length === MOST) return;
    this.events.push(sent);
    this.lastId = sent.id ?? this.lastId;
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

  /** The time that it may wait has passed. */
  late(): void {
    this.isLate = true;
    this.endSoon();
  }

  /** The client has left. */
  leave(): void {
    this.over();
  }

  end(event?: string, data?: object | string): void {
    if (!this.isOver) this.endedBy = endOf(event, data);
    this.over();
  }

  /** What comes together is answered together. */
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

  say(): boolean {
    return false;
  }
}

function write(request: FastifyRequest, reply: FastifyReply, events: readonly Sent[]): void {
  if (!events.length) return void reply.code(204).send();
  const last = events.findLast(({ id }) => id !== undefined)?.id;
  if (last !== undefined) void reply.headers({ etag: `"${last}"`, 'cache-control': 'private, no-cache' });
  if (last !== undefined && hasRepresentation(request.headers['if-none-match'], `"${last}"`))
    return void reply.code(304).send();
  void reply.type('application/json; charset=utf-8').send(JSON.stringify({ events }));
}
