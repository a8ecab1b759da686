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

/** A WebSocket as one of the streams that are open. */
export class SocketStream implements Told {
  readonly openedAt = Date.now();
  readonly lastId = undefined;
  sent = 0;
  private isAnswering = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly onOverflow: () => void,
  ) {
    socket.on('pong', () => (this.isAnswering = true));
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
    this.onOverflow();
    this.end('overflow');
  }

  end(event?: string, data: object | string = {}): void {
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
