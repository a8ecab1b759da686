import { endOf, type StreamEnd } from '#gateway/edge/streams/stream-end';
import type { Told } from '#gateway/edge/streams/open-streams';
import type { Socket } from 'socket.io';

/** A client that does not read is held so much, in bytes; then it has to come back. */
const MOST_HELD_BYTES = 256 * 1024;
/** After these its client comes back by itself; after others it would have to log in. */
const PASSING = new Set(['shutdown', 'overflow', 'operator', 'expired']);

/** Why Engine.IO says that it was us who closed a connection. */
const CUT_OFF: ReadonlySet<string> = new Set(['forced close', 'parse error']);

/** Says something to one socket at once. `socket.emit` would pass it through Redis, and keep it for who comes back. */
export function tellHere(socket: Socket, event: string, data: object): void {
  socket.nsp.local.to(socket.id).emit(event, data);
}

/** A Socket.IO connection as one of the streams that are open. */
export class SocketIoStream implements Told {
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

  /** What of it is in this process. */
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
    tellHere(this.socket, 'end', { reason });
    if (PASSING.has(reason)) this.socket.conn.close(reason === 'overflow');
    else this.socket.disconnect(true);
  }

  say(message: string): boolean {
    tellHere(this.socket, 'broadcast', { message });
    return true;
  }

  /** The protocol has a heartbeat of its own. */
  beat(): void {}

  private note({ data = '' }: { data?: string | Buffer }): void {
    this.sent += 1;
    this.waitingBytes += Buffer.byteLength(data);
    if (this.heldBytes <= MOST_HELD_BYTES) return;
    this.endedBy ??= 'overflow';
    // Who does not read does not hear why.
    this.socket.conn.close(true);
  }
}
