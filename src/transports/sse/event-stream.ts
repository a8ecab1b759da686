import type { ServerResponse } from 'node:http';
import { isGone } from '#gateway/edge/context/is-gone';
import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';

/** One event as it is sent (WHATWG HTML, server-sent events). */
export interface Sent {
  /** What a client comes back with; none for what cannot be told again. */
  id?: string;
  /** Its kind; `message` where there is none. */
  event?: string;
  /** JSON, where it has been written already. */
  data: object | string;
}

/** A client that does not read is held so much, in bytes; then it has to come back. */
const MOST_HELD_BYTES = 256 * 1024;
/** A client that others wait for has so long to read. */
const READ_MS = 30_000;
/** A client that is told to leave has so long to read that. */
const LEAVE_MS = 5_000;
/** Clients wait so long before they come back, in milliseconds: each another time, so that they do not come all at once. */
const retryMs = () => Math.round(1_000 + 2_000 * Math.random());
const HEARTBEAT = Buffer.from(':\n\n');

/** What every stream says of itself: nobody in between keeps, rewrites or gathers it. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Intermediaries would wait for more (RFC 10036), and nginx, which does not know that field yet.
  incremental: '?1',
  'x-accel-buffering': 'no',
};

/** Writes server-sent events to one client. */
export class EventStream {
  readonly openedAt = Date.now();
  /** The id of the last event that has one. */
  lastId: string | undefined;
  sent = 0;
  isOver = false;
  /** Why it was ended here; undefined while it is not, and where the client has left. */
  endedBy: StreamEnd | undefined;
  private readonly listeners: Array<() => void> = [];

  /** @param response its head has been written */
  constructor(private readonly response: ServerResponse) {
    response.once('close', () => this.over());
    response.on('error', () => {});
    // The client may have left while it was decided.
    if (isGone(response)) this.over();
    else response.write(`retry: ${retryMs()}\n\n`);
  }

  /** How much the client has not read yet, in bytes. */
  get heldBytes(): number {
    return this.response.writableLength;
  }

  /** Calls `listener` once, when the stream is over, whoever has ended it; at once if that is so. */
  onOver(listener: () => void): void {
    if (this.isOver) listener();
    else this.listeners.push(listener);
  }

  send({ id, event, data }: Sent): void {
    if (id !== undefined) this.lastId = id;
    this.write(`${id === undefined ? '' : `id: ${id}\n`}${framed(event, data)}`);
  }

  say(message: string): boolean {
    this.send({ event: 'broadcast', data: { message } });
    return true;
  }

  /** Shows that the stream is alive, where nothing happens. */
  beat(): void {
    if (!this.isOver && this.hasRoom()) this.response.write(HEARTBEAT);
  }

  /** Ends it, with a last word. @param retryMs how long the client waits before it comes back, in milliseconds */
  end(event?: string, data: object | string = {}, retryMs?: number): void {
    if (this.isOver) return;
    this.endedBy = endOf(event, data);
    const retry = retryMs === undefined ? '' : `retry: ${Math.round(retryMs)}\n`;
    this.response.end(event === undefined ? undefined : `${retry}${framed(event, data)}`);
    const late = setTimeout(() => this.response.destroy(), LEAVE_MS).unref();
    this.response.once('close', () => clearTimeout(late));
    this.over();
  }

  private write(text: string): void {
    if (this.isOver || !this.hasRoom()) return;
    this.sent += 1;
    this.response.write(text);
  }

  /** Resolves once the client has read what was sent, or is gone; undefined if that is so: for who can wait for clients. */
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
    if (this.heldBytes <= MOST_HELD_BYTES) return true;
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
}

/** JSON has no line breaks of its own. */
function framed(event: string | undefined, data: object | string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`;
}
