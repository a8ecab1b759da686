import { randomUUID } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { SessionWatch } from '#gateway/identity/browser/session-watch';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { GatewayError, refusalSources } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { byCaller } from '#gateway/edge/limits/policies';
import type { Done } from '#gateway/edge/stage/stage';
import { Heartbeats } from './heartbeats.ts';
import { STREAM_ENDS, type StreamEnd } from './stream-end.ts';

/** A connection that events are sent on, whatever its protocol. */
export interface StreamConnection {
  /** When it was opened, in milliseconds since the epoch. */
  readonly openedAt: number;
  /** The id of the last event that had one. */
  readonly lastId: string | undefined;
  /** The number of events sent. */
  readonly sent: number;
  /** The bytes that the client has not read yet. */
  readonly heldBytes: number;
  /** Calls `listener` once when the stream ends; at once if it has ended. */
  onOver(listener: () => void): void;
  /** Ends the stream with a last event. @param retryMs when the client should reconnect, in milliseconds */
  end(event?: string, data?: object | string, retryMs?: number): void;
  /** The reason for its end; undefined while it is open. */
  readonly endedBy: StreamEnd | undefined;
  /** Sends a heartbeat. */
  beat(): void;
  /** Sends a message of an operator. @returns false if the protocol does not support it */
  notify(message: string): boolean;
}

/** An open stream and its caller. */
export interface OpenStream {
  id: string;
  /** The route of its request. */
  route: string;
  events: StreamConnection;
  callerId: string | undefined;
  scopes: readonly string[];
  sessionId: string | undefined;
  address: string;
}

/** After the drain kept connections are closed, within less than this time, in milliseconds: a request on one could still get a 503. */
const CLOSING_MS = 1_000;
/** Clients reconnect within this time after a drain, in milliseconds, each at a random moment. */
const MAX_RETRY_MS = 5_000;
/** The longest delay of a Node timer, in milliseconds; a longer one fires at once. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Tracks the open streams of this process: limits their number, sends heartbeats, and ends them when the session
 * ends or the token expires.
 */
@Injectable()
export class OpenStreams implements OnApplicationShutdown {
  private max = Infinity;
  private maxOfCaller = Infinity;
  private readonly all = new Map<string, OpenStream>();
  private readonly byCaller = new Map<string, number>();
  private readonly heartbeats: Heartbeats;
  private readonly stopListening: () => void;
  /** When the gateway has closed its connections after a drain, by `performance.now()`; undefined unless it is about to stop. */
  private closesAt: number | undefined;
  /** The number of opened, refused and ended streams, these by reason. */
  readonly counts = {
    opened: 0,
    refused: 0,
    ended: new Map<StreamEnd, number>(STREAM_ENDS.map((reason) => [reason, 0])),
  };

  constructor(
    config: Config,
    ends: SessionEnds,
    private readonly watch: SessionWatch,
  ) {
    this.apply(config);
    this.heartbeats = new Heartbeats(config.STREAM_HEARTBEAT_MS);
    this.stopListening = ends.onEnd(({ sessionId, reason }) => {
      for (const one of this.all.values()) if (one.sessionId === sessionId) this.end(one, reason);
    });
  }

  /** Uses changed limits for streams that are opened from now on. */
  apply({ MAX_STREAMS, MAX_STREAMS_PER_CALLER }: Config): void {
    this.max = MAX_STREAMS;
    this.maxOfCaller = MAX_STREAMS_PER_CALLER;
  }

  /**
   * Opens a stream and tracks it until its end.
   * @param route the route of its request
   * @param begin opens the stream; called if the limits allow it
   * @throws {GatewayError} RATE_LIMITED for too many of one caller; OVERLOADED for too many in all, or during
   * shutdown
   */
  add<T extends StreamConnection>(context: Context, route: string, begin: () => T): T {
    const { caller, client } = context;
    const owner = byCaller(context);
    this.checkLimits(owner);
    const events = begin();
    const { id: callerId, scopes, sessionId } = caller;
    this.keep(
      { id: randomUUID(), route, events, callerId, scopes, sessionId, address: client.address },
      owner,
      context,
    );
    return events;
  }

  /** The number of open streams. */
  get size(): number {
    return this.all.size;
  }

  /** The open streams, the oldest first. */
  list(): Iterable<OpenStream> {
    return this.all.values();
  }

  /** The number of streams and the details of the oldest, for operators. */
  report(maxListed: number) {
    const byRoute: Record<string, number> = {};
    for (const { route } of this.all.values()) byRoute[route] = (byRoute[route] ?? 0) + 1;
    const streams = [...this.all.values()].slice(0, maxListed).map(({ events, ...one }) => ({
      id: one.id,
      route: one.route,
      callerId: one.callerId,
      address: one.address,
      openedAt: new Date(events.openedAt).toISOString(),
      lastEventId: events.lastId,
      sent: events.sent,
      heldBytes: events.heldBytes,
    }));
    const { opened, refused, ended } = this.counts;
    return { open: this.all.size, byRoute, opened, refused, ended: Object.fromEntries(ended), streams };
  }

  /** Ends a stream, for operators. @returns whether it existed */
  endById(id: string): boolean {
    const one = this.all.get(id);
    if (one) this.end(one, 'operator');
    return one !== undefined;
  }

  preClose(done: Done): void {
    this.shutDown();
    done();
  }

  /**
   * Asks all clients to reconnect, to another gateway and at random times, and opens no more streams.
   * @param drainMs how long the gateway is still listening: clients that came back until then could meet it again
   */
  shutDown(drainMs = 0): void {
    this.closesAt ??= performance.now() + (drainMs && drainMs + CLOSING_MS);
    for (const { events } of this.all.values()) events.end('shutdown', {}, this.retryMs);
  }

  /** When a client should reconnect, in milliseconds; undefined unless the gateway is about to stop. */
  get retryMs(): number | undefined {
    if (this.closesAt === undefined) return undefined;
    return Math.max(0, this.closesAt - performance.now()) + MAX_RETRY_MS * Math.random();
  }

  onApplicationShutdown(): void {
    this.heartbeats.stop();
    this.stopListening();
  }

  /**
   * Checks what is known before the caller is, for protocols whose clients take a later refusal as final.
   * @throws {GatewayError} OVERLOADED for too many in all, or during shutdown
   */
  checkCapacity(): void {
    if (this.closesAt !== undefined) throw this.refusal('draining', 'The gateway is about to stop.');
    if (this.all.size >= this.max) throw this.refusal('streams', 'Too many open streams.');
  }

  private checkLimits(owner: string): void {
    this.checkCapacity();
    if ((this.byCaller.get(owner) ?? 0) >= this.maxOfCaller)
      throw this.refusal(
        'streams-of-caller',
        `A caller may have at most ${this.maxOfCaller} open streams: close one.`,
      );
  }

  private refusal(source: 'draining' | 'streams' | 'streams-of-caller', detail: string): GatewayError {
    this.counts.refused += 1;
    return new GatewayError(refusalSources[source].code, { source, detail, retryAfterMs: 5_000 });
  }

  private keep(one: OpenStream, owner: string, context: Context): void {
    const { caller } = context;
    this.counts.opened += 1;
    this.all.set(one.id, one);
    this.byCaller.set(owner, (this.byCaller.get(owner) ?? 0) + 1);
    const rest = this.heartbeats.add(one.events);
    const leftMs = caller.expiresAt === undefined ? Infinity : caller.expiresAt - Date.now();
    const expiry = leftMs < MAX_TIMER_MS ? setTimeout(() => this.end(one, 'expired'), leftMs).unref() : undefined;
    const unwatch = this.watch.watch(context, (loss) => this.end(one, loss));
    one.events.onOver(() => {
      this.count(one.events.endedBy ?? 'client');
      rest();
      unwatch();
      clearTimeout(expiry);
      this.all.delete(one.id);
      const left = this.byCaller.get(owner)! - 1;
      if (left) this.byCaller.set(owner, left);
      else this.byCaller.delete(owner);
    });
  }

  /** Sends the client the reason; it may reconnect with a new token. */
  private end({ events }: OpenStream, reason: string): void {
    events.end('end', { reason });
  }

  private count(reason: StreamEnd): void {
    this.counts.ended.set(reason, this.counts.ended.get(reason)! + 1);
  }
}
