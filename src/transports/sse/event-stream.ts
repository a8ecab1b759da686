import type { ServerResponse } from 'node:http';
import { isGone } from '#gateway/edge/context/is-gone';
import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';
import { UNBUFFERED } from '#gateway/edge/streams/unbuffered';

/** A server-sent event (WHATWG HTML, 9.2). */
export interface ServerSentEvent {
  /** Sent back as `Last-Event-ID` on reconnect; undefined for events that cannot be replayed. */
  id?: string;
  /** The event type; `message` by default. */
  event?: string;
  /** The payload; a string is serialized JSON. */
  data: object | string;
}

/** The most unread bytes buffered for a client; beyond it the stream ends and the client has to reconnect. */
const MAX_HELD_BYTES = 256 * 1024;
/** How long `drained` waits for a client to read, in milliseconds. */
const READ_MS = 30_000;
/** How long a client has to read the last event before its socket is destroyed, in milliseconds. */
const LEAVE_MS = 5_000;
/** The reconnection delay of a client, in milliseconds; random, so that clients do not reconnect at once. */
const retryMs = () => Math.round(1_000 + 2_000 * Math.random());

/** How events are written. */
export interface Framing {
  contentType: string;
  /** What the stream begins with. */
  opening?: () => string;
  /** What keeps a silent connection open. */
  heartbeat?: Buffer;
  /** The position of the stream, where it can be told without an event. */
  position?: (id: string) => string;
  /** An event with its data, as JSON; without a type it is a `message`. */
  frame(event: string | undefined, data: string): string;
}

/** Server-sent events. */
export const SERVER_SENT_EVENTS: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: () => `retry: ${retryMs()}\n\n`,
  heartbeat: Buffer.from(':\n\n'),
  position: (id) => `id: ${id}\n\n`,
  // JSON has no line breaks, so one `data` line suffices.
  frame: (event, data) => `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`,
};

/** Newline-delimited JSON: an object with one member, the data by the type of the event. @param type one of its names */
export const ndjsonEvents = (type: string): Framing => ({
  contentType: `${type}; charset=utf-8`,
  frame: (event = 'message', data) => `{"${event}":${data}}\n`,
});

/** The headers of a stream of events: intermediaries must not cache, transform or buffer it. */
export const streamHeaders = ({ contentType }: Framing) => ({
  'content-type': contentType,
  'cache-control': 'no-cache, no-transform',
  ...UNBUFFERED,
});

/** Writes events to one client, within a buffer limit. */
export class EventStream {
  readonly openedAt = Date.now();
  /** The id of the last event that had one, or of the position before it. */
  lastId: string | undefined;
  sent = 0;
  isOver = false;
  /** Why the gateway ended the stream; undefined while it is open, and where the client left. */
  endedBy: StreamEnd | undefined;
  private readonly listeners: Array<() => void> = [];

  /** @param response a response whose headers have been written */
  constructor(
    private readonly response: ServerResponse,
    private readonly framing: Framing = SERVER_SENT_EVENTS,
  ) {
    response.once('close', () => this.over());
    response.on('error', () => {});
    // The client may have left before the stream was opened.
    if (isGone(response)) this.over();
    else if (framing.opening) response.write(framing.opening());
  }

  /** The bytes buffered that the client has not read. */
  get heldBytes(): number {
    return this.response.writableLength;
  }

  /** Calls `listener` once when the stream has ended, by either side; at once if it already has. */
  onOver(listener: () => void): void {
    if (this.isOver) listener();
    else this.listeners.push(listener);
  }

  send({ id, event, data }: ServerSentEvent): void {
    if (id !== undefined) this.lastId = id;
    this.write(`${id === undefined ? '' : `id: ${id}\n`}${this.framed(event, data)}`);
  }

  /** Says where the stream is, without an event: clients keep the id of an event without data, which they do not dispatch (WHATWG). */
  at(id: string): void {
    const { position } = this.framing;
    if (!position || this.isOver) return;
    this.lastId = id;
    this.response.write(position(id));
  }

  notify(message: string): boolean {
    this.send({ event: 'broadcast', data: { message } });
    return true;
  }

  /** Writes a comment as a heartbeat. */
  beat(): void {
    const { heartbeat } = this.framing;
    if (heartbeat && !this.isOver && this.hasRoom()) this.response.write(heartbeat);
  }

  /** Ends the stream with an optional last event. @param retryMs the client's reconnection delay, in milliseconds */
  end(event?: string, data: object | string = {}, retryMs?: number): void {
    if (this.isOver) return;
    this.endedBy = endOf(event, data);
    const retry = retryMs === undefined ? '' : `retry: ${Math.round(retryMs)}\n`;
    this.response.end(event === undefined ? undefined : `${retry}${this.framed(event, data)}`);
    const late = setTimeout(() => this.response.destroy(), LEAVE_MS).unref();
    this.response.once('close', () => clearTimeout(late));
    this.over();
  }

  private write(text: string): void {
    if (this.isOver || !this.hasRoom()) return;
    this.sent += 1;
    this.response.write(text);
  }

  /** Resolves once the buffer has drained or the stream has ended; undefined if there is nothing to wait for. */
  drained(): Promise<void> | undefined {
    if (this.isOver || !this.response.writableNeedDrain) return undefined;
    return new Promise((resolve) => {
      const late = setTimeout(() => this.overflow(), READ_MS).unref();
      const done = () => {
        clearTimeout(late);
        this.response.off('drain', done).off('close', done);
        resolve();
      };
      this.response.on('drain', done).on('close', done);
    });
  }

  private hasRoom(): boolean {
    if (this.heldBytes <= MAX_HELD_BYTES) return true;
    this.overflow();
    return false;
  }

  private overflow(): void {
    this.end('overflow', { heldBytes: this.heldBytes });
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const listener of this.listeners.splice(0)) listener();
  }

  private framed(event: string | undefined, data: object | string): string {
    return this.framing.frame(event, typeof data === 'string' ? data : JSON.stringify(data));
  }
}
