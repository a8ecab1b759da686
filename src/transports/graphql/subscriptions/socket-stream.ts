import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';
import type { Told } from '#gateway/edge/streams/open-streams';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';

/** A client that does not read is held so much, in bytes; then it has to come back. */
const MOST_HELD_BYTES = 256 * 1024;

/** What a client is told by the code that its socket is closed with (RFC 6455, and graphql-transport-ws). */
const CODES: Record<string, number> = {
  shutdown: 1012,
  overflow: 1013,
  operator: 1012,
  // A client that comes back asks for its token anew.
  expired: CloseCode.Forbidden,
};

/** What clients close with that have no more to ask, or are cut off (RFC 6455, section 7.4.1). */
const BY_CLIENT: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006]);

/** A WebSocket as one of the streams that are open. */
export class SocketStream implements Told {
  readonly openedAt = Date.now();
  readonly lastId = undefined;
  sent = 0;
  endedBy: StreamEnd | undefined;
  private isAnswering = true;

  constructor(private readonly socket: WebSocket) {
    socket.on('pong', () => (this.isAnswering = true));
    // A socket that breaks a protocol is closed by its code, not by `end`.
    socket.once('close', (code) => {
      if (!BY_CLIENT.has(code)) this.endedBy ??= 'error';
    });
  }

  get heldBytes(): number {
    return this.socket.bufferedAmount;
  }

  onOver(listener: () => void): void {
    if (this.socket.readyState >= this.socket.CLOSING) listener();
    else this.socket.once('close', listener);
  }

  /** Something was sent: too much of it may be unread. */
  note(): void {
    this.sent += 1;
    if (this.heldBytes <= MOST_HELD_BYTES) return;
    this.end('overflow');
  }

  end(event?: string, data: object | string = {}): void {
    this.endedBy ??= endOf(event, data);
    const reason = event === 'end' ? (data as { reason: string }).reason : String(event);
    this.socket.close(CODES[reason] ?? CloseCode.Unauthorized, reason);
    // Who does not read does not hear that either.
    if (event === 'overflow') this.socket.terminate();
  }

  /** Who has not answered the last ping is gone. */
  beat(): void {
    if (!this.isAnswering) return this.socket.terminate();
    this.isAnswering = false;
    this.socket.ping();
  }

  /** The protocol has no word for what nobody has subscribed to. */
  say(): boolean {
    return false;
  }
}
