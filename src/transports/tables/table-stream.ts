import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { breakOff } from '#gateway/edge/streams/break-off';
import type { StreamConnection } from '#gateway/edge/streams/open-streams';
import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';
import { GatewayError } from '#libs/errors';
import type { TableWriter } from '#libs/tabular';

/** How long a client has to read the rest of an answer that the gateway ends, in milliseconds. */
const LEAVE_MS = 5_000;

/** A table that is being sent, as one of the open streams: it ends with the session of its caller. */
export class TableStream implements StreamConnection {
  readonly openedAt = Date.now();
  readonly lastId = undefined;
  endedBy: StreamEnd | undefined;
  /** Why it has to end; undefined while it may go on. */
  failure: GatewayError | undefined;
  private readonly listeners: Array<() => void> = [];
  private isOver = false;
  /** What had been sent when the client last took something, and when that was. */
  private progress = { sent: 0, heldBytes: 0, at: this.openedAt };

  /** @param idleMs how long a client may take nothing, in milliseconds */
  constructor(
    private readonly response: ServerResponse | Http2ServerResponse,
    private readonly writer: TableWriter<never>,
    private readonly idleMs: number,
    private readonly stop: () => void,
  ) {
    response.once('close', () => this.over());
  }

  get sent(): number {
    return this.writer.rows;
  }

  get heldBytes(): number {
    return this.response.writableLength;
  }

  onOver(listener: () => void): void {
    if (this.isOver) listener();
    else this.listeners.push(listener);
  }

  end(event?: string, data?: object | string): void {
    if (this.isOver || this.endedBy) return;
    this.endedBy = endOf(event, data);
    this.failure = failureOf(this.endedBy);
    this.stop();
    // A client that takes nothing would not take the end of it.
    if (this.endedBy === 'overflow') return this.breakOff();
    const late = setTimeout(() => this.breakOff(), LEAVE_MS).unref();
    this.response.once('close', () => clearTimeout(late));
  }

  /** Checks, in place of a heartbeat, that the client takes what is sent. */
  beat(): void {
    const { sent, heldBytes, progress } = this;
    const isIdle = heldBytes > 0 && sent === progress.sent && heldBytes === progress.heldBytes;
    if (!isIdle) this.progress = { sent, heldBytes, at: Date.now() };
    else if (Date.now() - progress.at >= this.idleMs) this.end('overflow');
  }

  notify(): boolean {
    return false;
  }

  /** Ends the transfer so that the client sees that it is incomplete. */
  breakOff(): void {
    breakOff(this.response);
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const listener of this.listeners.splice(0)) listener();
  }
}

function failureOf(end: StreamEnd): GatewayError {
  if (end === 'overflow')
    return new GatewayError('REQUEST_TIMEOUT', { detail: 'The answer was not read in time.' });
  if (end === 'shutdown' || end === 'operator') {
    const detail = 'The gateway ended the answer: continue after its last row.';
    return new GatewayError('OVERLOADED', { source: 'draining', detail, retryAfterMs: 5_000 });
  }
  return new GatewayError('UNAUTHENTICATED', { detail: 'The session that asked for the answer has ended.' });
}
