import type { Server, Socket } from 'socket.io';
import type { Packet } from './bound-recovery.ts';

/** The sockets that something is for. */
interface Recipients {
  rooms: Set<string>;
  except?: Set<string>;
}

/** What went to rooms, in order. Nothing holds the first: what no recovery refers to any more is collected. */
interface Delivery {
  recipients?: Recipients;
  deliver?: (socket: Socket) => void;
  /** Undefined for what is no packet, such as an order to disconnect. */
  packet?: Packet;
  next?: Delivery;
}

interface RecoveredSession {
  data: object;
  missedPackets: unknown[][];
}

/** The part of Socket.IO's adapters (`Adapter`) through which everything reaches the sockets of this process. */
interface LocalAdapter {
  _encode(packet: Packet, options: unknown): unknown;
  apply(recipients: Recipients, deliver: (socket: Socket) => void): void;
  restoreSession(...given: unknown[]): Promise<RecoveredSession | null>;
}

/**
 * Delivers to a recovered socket what was sent to its rooms while it was restored and admitted.
 * Socket.IO 4.8 reads the missed packets first and delivers to a socket only after its middlewares have run: what is sent
 * in between reaches neither, though the client is told that it has missed nothing (`recovered`).
 */
export function closeRecoveryGap(server: Server): void {
  const adapter = server.of('/').adapter as unknown as LocalAdapter;
  const encode = adapter._encode.bind(adapter);
  const apply = adapter.apply.bind(adapter);
  const restoreSession = adapter.restoreSession.bind(adapter);
  /** The last one sent before a restoration, and the offsets that it has read, by the data of its session. */
  const restored = new WeakMap<object, { start: Delivery; offsets: Set<unknown> }>();
  let last: Delivery = {};
  let packet: Packet | undefined;

  // A broadcast encodes its packet, and applies it at once.
  adapter._encode = (given, options) => {
    packet = given;
    return encode(given, options);
  };
  adapter.apply = (recipients, deliver) => {
    last = last.next = { recipients, deliver, packet };
    packet = undefined;
    apply(recipients, deliver);
  };
  adapter.restoreSession = async (...given) => {
    const start = last;
    const kept = await restoreSession(...given);
    if (!kept) return kept;
    // A copy, which ends with its socket: the adapter keeps the session of a socket that is refused for two minutes.
    const session = { ...kept, data: { ...kept.data } };
    const offsets = new Set(session.missedPackets.map((data) => offsetOf({ data })));
    restored.set(session.data, { start, offsets });
    return session;
  };
  server.on('connection', (socket) => {
    const { start, offsets } = restored.get(socket.data as object) ?? {};
    // Otherwise everything that is sent from here on would be held as long as the socket is open.
    restored.delete(socket.data as object);
    for (let one = start?.next; one; one = one.next) {
      const isRead = one.packet && offsets!.has(offsetOf(one.packet));
      if (!isRead && isFor(socket, one.recipients!)) one.deliver!(socket);
    }
  });
}

/** Its last argument: Socket.IO adds it, and it tells one packet from another. */
const offsetOf = ({ data }: Packet) => data.at(-1);

function isFor({ rooms: own }: Socket, { rooms, except }: Recipients): boolean {
  const isOwn = (room: string) => own.has(room);
  return (rooms.size === 0 || [...rooms].some(isOwn)) && ![...(except ?? [])].some(isOwn);
}
