import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';
import type { StreamConnection } from '#gateway/edge/streams/open-streams';
import type { Socket } from 'socket.io';

/** The most unread bytes buffered for a client; beyond it the client is disconnected and has to reconnect. */
const MAX_HELD_BYTES = 256 * 1024;
/** End reasons after which a client reconnects by itself; after others it has to log in. */
const PASSING = new Set(['shutdown', 'overflow', 'operator', 'expired']);

/** Engine.IO's close reasons for connections that the gateway closed. */
const CUT_OFF: ReadonlySet<string> = new Set(['forced close', 'parse error']);

/** Emits to one local socket. `socket.emit` would send through Redis and keep the packet for recovery. */
export function emitLocally(socket: Socket, event: string, data: object): void {
  socket.nsp.local.to(socket.id).emit(event, data);
}

/** A Socket.IO connection as an open stream. */
export class SocketIoStream implements StreamConnection {
  readonly openedAt = Date.now();
  readonly lastId = undefined;
  sent = 0;
  endedBy: StreamEnd | undefined;
  /** What Engine.IO keeps until the transport has sent what it was given before, in bytes. */
  private waitingBytes = 0;

  constructor(private readonly socket: Socket) {
    socket.conn.on('flush', () => (this.waitingBytes = 0));
    socket.conn.on('packetCreate', (packet) => this.note(packet));
    // A client that breaks the protocol, or says too much, is cut off, not ended.
    socket.conn.once('close', (why) => {
      if (CUT_OFF.has(why)) this.endedBy ??= 'error';
    });
  }

  /** The bytes buffered in this process. */
  get heldBytes(): number {
    const { socket } = this.socket.conn.transport as unknown as { socket?: { bufferedAmount: number } };
    return (socket?.bufferedAmount ?? 0) + this.waitingBytes;
  }

  onOver(listener: () => void): void {
    if (this.socket.conn.readyState === 'open') this.socket.conn.once('close', listener);
    else listener();
  }

  end(event?: string, data: object | string = {}): void {
    this.endedBy ??= endOf(event, data);
    const reason = event === 'end' ? (data as { reason: string }).reason : String(event);
    emitLocally(this.socket, 'end', { reason });
    if (PASSING.has(reason)) this.socket.conn.close(reason === 'overflow');
    else this.socket.disconnect(true);
  }

  notify(message: string): boolean {
    emitLocally(this.socket, 'broadcast', { message });
    return true;
  }

  /** Does nothing: Engine.IO has its own heartbeat. */
  beat(): void {}

  private note({ data = '' }: { data?: string | Buffer }): void {
    this.sent += 1;
    this.waitingBytes += Buffer.byteLength(data);
    if (this.heldBytes <= MAX_HELD_BYTES) return;
    this.endedBy ??= 'overflow';
    // A client that does not read would not receive the reason.
    this.socket.conn.close(true);
  }
}
