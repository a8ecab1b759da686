import type { Server, Socket } from 'socket.io';

type Options = { rooms: Set<string>; except?: Set<string> };

/** What was sent to rooms, in order. Nothing holds the first: what no recovery refers to any more is collected. */
interface Sent {
  options?: Options;
  deliver?: (socket: Socket) => void;
  /** Undefined for what is no packet, such as an order to disconnect. */
  packet?: Packet;
  next?: Sent;
}

/** An event; its data ends with its offset, which tells one packet from another. */
interface Packet {
  data: unknown[];
}

interface Session {
  data: object;
  missedPackets: unknown[][];
}

/** The part of Socket.IO's adapters (`Adapter`) through which everything reaches the sockets of this process. */
interface LocalAdapter {
  _encode(packet: Packet, options: unknown): unknown;
  apply(options: Options, deliver: (socket: Socket) => void): void;
  restoreSession(...given: unknown[]): Promise<Session | null>;
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
  const restored = new WeakMap<object, { start: Sent; offsets: Set<unknown> }>();
  let last: Sent = {};
  let packet: Packet | undefined;

  // A broadcast encodes its packet, and applies it at once.
  adapter._encode = (given, options) => {
    packet = given;
    return encode(given, options);
  };
  adapter.apply = (options, deliver) => {
    last = last.next = { options, deliver, packet };
    packet = undefined;
    apply(options, deliver);
  };
  adapter.restoreSession = async (...given) => {
    const start = last;
    const session = await restoreSession(...given);
    if (session) restored.set(session.data, { start, offsets: new Set(session.missedPackets.map(offsetOf)) });
    return session;
  };
  server.on('connection', (socket) => {
    const { start, offsets } = restored.get(socket.data as object) ?? {};
    for (let sent = start?.next; sent; sent = sent.next) {
      const isRead = sent.packet && offsets!.has(offsetOf(sent.packet.data));
      if (!isRead && isFor(socket, sent.options!)) sent.deliver!(socket);
    }
  });
}

const offsetOf = (data: unknown[]) => data.at(-1);

function isFor({ rooms: own }: Socket, { rooms, except }: Options): boolean {
  const isOwn = (room: string) => own.has(room);
  return (rooms.size === 0 || [...rooms].some(isOwn)) && ![...(except ?? [])].some(isOwn);
}
