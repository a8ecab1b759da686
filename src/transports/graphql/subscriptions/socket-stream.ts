import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';
import type { StreamConnection } from '#gateway/edge/streams/open-streams';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';

/** The most unread bytes buffered for a client; beyond it the socket is closed and the client has to reconnect. */
const MAX_HELD_BYTES = 256 * 1024;

/** The close codes of end reasons (RFC 6455, and graphql-transport-ws). */
const CODES: Record<string, number> = {
  shutdown: 1012,
  overflow: 1013,
  operator: 1012,
  // A client that reconnects sends a new token.
  expired: CloseCode.Forbidden,
};

/** Close codes of clients that leave or lose their connection (RFC 6455, section 7.4.1). */
const BY_CLIENT: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006]);

/** A WebSocket as an open stream. */
export class SocketStream implements StreamConnection {
  readonly openedAt = Date.now();
  readonly lastId = undefined;
  sent = 0;
  endedBy: StreamEnd | undefined;
  private isAnswering = true;

  constructor(private readonly socket: WebSocket) {
    socket.on('pong', () => (this.isAnswering = true));
    // A protocol error closes the socket with its code, without `end`.
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

  /** Counts a sent message, and ends the stream if too much is unread. */
  note(): void {
    this.sent += 1;
    if (this.heldBytes <= MAX_HELD_BYTES) return;
    this.end('overflow');
  }

  end(event?: string, data: object | string = {}): void {
    this.endedBy ??= endOf(event, data);
    const reason = event === 'end' ? (data as { reason: string }).reason : String(event);
    this.socket.close(CODES[reason] ?? CloseCode.Unauthorized, reason);
    // A client that does not read would not receive the close frame.
    if (event === 'overflow') this.socket.terminate();
  }

  /** Pings the client; terminates the socket if the last ping had no pong. */
  beat(): void {
    if (!this.isAnswering) return this.socket.terminate();
    this.isAnswering = false;
    this.socket.ping();
  }

  /** Returns false: the protocol has no message outside of a subscription. */
  notify(): boolean {
    return false;
  }
}
