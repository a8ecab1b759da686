import { randomUUID } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { SessionWatch } from '#gateway/identity/browser/session-watch';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { addressKey } from '#libs/client-address';
import { GatewayError, refusalSources } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Done } from '#gateway/edge/stage/stage';
import { Heartbeats } from './heartbeats.ts';
import { STREAM_ENDS, type StreamEnd } from './stream-end.ts';

/** A connection that events are sent over, whatever its protocol. */
export interface Told {
  /** When it was opened, in milliseconds since the epoch. */
  readonly openedAt: number;
  /** The id of the last event that has one. */
  readonly lastId: string | undefined;
  /** How many events were sent. */
  readonly sent: number;
  /** What was sent and is not read yet, in bytes. */
  readonly heldBytes: number;
  /** Calls `listener` once, when the stream is over, whoever has ended it; at once if that is so. */
  onOver(listener: () => void): void;
  /** Ends it, with a last event. @param retryMs how long the client waits before it comes back, in milliseconds */
  end(event?: string, data?: object | string, retryMs?: number): void;
  /** How it ended, once it has. */
  readonly endedBy: StreamEnd | undefined;
  /** Shows that it is alive. */
  beat(): void;
  /** Sends a message of an operator; false where the protocol has no words for it. */
  say(message: string): boolean;
}

/** A stream that is open, and whose it is. */
export interface OpenStream {
  id: string;
  /** The route it came by. */
  route: string;
  events: Told;
  callerId: string | undefined;
  scopes: readonly string[];
  sessionId: string | undefined;
  address: string;
}

/** Who comes back after a shutdown waits up to so long, each of them another time. */
const MOST_RETRY_MS = 5_000;
/** Timers of Node ring at once where they are set for longer. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** All streams that are open here: how many there may be, that they stay alive, and when they must end. */
@Injectable()
export class OpenStreams implements OnApplicationShutdown {
  private readonly all = new Map<string, OpenStream>();
  private readonly byCaller = new Map<string, number>();
  private readonly heartbeats: Heartbeats;
  private readonly stopListening: () => void;
  private isClosing = false;
  /** How many there have been, and why each has ended. */
  readonly counts = {
    opened: 0,
    refused: 0,
    ended: new Map<StreamEnd, number>(STREAM_ENDS.map((reason) => [reason, 0])),
  };

  constructor(
    private readonly config: Config,
    ends: SessionEnds,
    private readonly watch: SessionWatch,
  ) {
    this.heartbeats = new Heartbeats(config.STREAM_HEARTBEAT_MS);
    this.stopListening = ends.onEnd(({ sessionId, reason }) => {
      for (const one of this.all.values()) if (one.sessionId === sessionId) this.end(one, reason);
    });
  }

  /**
   * Adds a stream to those that are open, until it is over.
   * @param route it came by
   * @param begin opens it; called where there is room
   * @throws {GatewayError} RATE_LIMITED for too many of one caller, OVERLOADED for too many in all or a gateway that stops
   */
  add<T extends Told>(context: Context, route: string, begin: () => T): T {
    const { caller, client } = context;
    // An id of an outside issuer may look like an address, and has no space.
    const whose = caller.id ?? `address ${addressKey(client.address)}`;
    this.refuseTooMany(whose);
    const events = begin();
    const { id: callerId, scopes, sessionId } = caller;
    this.keep(
      { id: randomUUID(), route, events, callerId, scopes, sessionId, address: client.address },
      whose,
      context,
    );
    return events;
  }

  /** Those that are open, the oldest first. */
  list(): Iterable<OpenStream> {
    return this.all.values();
  }

  /** How many there are, and the oldest of them, for operators. */
  report(mostListed: number) {
    const byRoute: Record<string, number> = {};
    for (const { route } of this.all.values()) byRoute[route] = (byRoute[route] ?? 0) + 1;
    const streams = [...this.all.values()].slice(0, mostListed).map(({ events, ...one }) => ({
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

  /** Ends one. @returns whether there was one */
  endById(id: string): boolean {
    const one = this.all.get(id);
    if (one) this.end(one, 'operator');
    return one !== undefined;
  }

  preClose(done: Done): void {
    this.shutDown();
    done();
  }

  /** Asks all to come back, to another gateway and not all at once, and opens no more. */
  shutDown(): void {
    this.isClosing = true;
    for (const { events } of this.all.values()) events.end('shutdown', {}, MOST_RETRY_MS * Math.random());
  }

  onApplicationShutdown(): void {
    this.heartbeats.stop();
    this.stopListening();
  }

  private refuseTooMany(whose: string): void {
    const refuse = (source: 'draining' | 'streams' | 'streams-of-caller', detail: string) => {
      this.counts.refused += 1;
      return new GatewayError(refusalSources[source].code, { source, detail, headers: { 'retry-after': '5' } });
    };
    if (this.isClosing) throw refuse('draining', 'The gateway is about to stop.');
    if (this.all.size >= this.config.MAX_STREAMS) throw refuse('streams', 'There are too many streams.');
    const most = this.config.MAX_STREAMS_PER_CALLER;
    if ((this.byCaller.get(whose) ?? 0) >= most)
      throw refuse('streams-of-caller', `There may be ${most} streams of one caller: close one.`);
  }

  private keep(one: OpenStream, whose: string, context: Context): void {
    const { caller } = context;
    this.counts.opened += 1;
    this.all.set(one.id, one);
    this.byCaller.set(whose, (this.byCaller.get(whose) ?? 0) + 1);
    const rest = this.heartbeats.add(one.events);
    const leftMs = caller.expiresAt === undefined ? Infinity : caller.expiresAt - Date.now();
    const expiry =
      leftMs < LONGEST_TIMER_MS ? setTimeout(() => this.end(one, 'expired'), leftMs).unref() : undefined;
    const unwatch = this.watch.watch(context, (loss) => this.end(one, loss));
    one.events.onOver(() => {
      this.count(one.events.endedBy ?? 'client');
      rest();
      unwatch();
      clearTimeout(expiry);
      this.all.delete(one.id);
      const left = this.byCaller.get(whose)! - 1;
      if (left) this.byCaller.set(whose, left);
      else this.byCaller.delete(whose);
    });
  }

  /** The client is told why, and may come back with a new token. */
  private end({ events }: OpenStream, reason: string): void {
    events.end('end', { reason });
  }

  private count(reason: StreamEnd): void {
    this.counts.ended.set(reason, this.counts.ended.get(reason)! + 1);
  }
}
