import type { Server } from 'socket.io';

/** What a packet or a session weighs beyond its text, in bytes. */
const OVERHEAD_BYTES = 500;
const BYTES_PER_CHARACTER = 2;

/** So many clients that have just gone are known at once; of more, those that went first have to join again. */
const MAX_SESSIONS = 10_000;

interface Packet {
  data: unknown;
}

/** What Socket.IO's adapter in memory (`SessionAwareAdapter`) keeps for connection state recovery; other adapters have none. */
interface RecoveringAdapter {
  packets?: Packet[];
  sessions?: Map<string, unknown>;
  broadcast(...given: unknown[]): void;
  persistSession(...given: unknown[]): void;
}

/**
 * Bounds what Socket.IO keeps in memory for clients that reconnect: by itself it keeps every packet of the last minutes, however
 * many there are. A client whose last packet is gone is not recovered, and joins again with the id of its last message.
 * @param maxBytes of all packets together: the oldest go first
 * @returns how much is held, in bytes
 */
export function boundRecovery(server: Server, maxBytes: number): () => number {
  const adapter = server.of('/').adapter as unknown as RecoveringAdapter;
  const { packets, sessions } = adapter;
  if (!packets || !sessions) return () => 0;
  const weights: number[] = [];
  let held = 0;

  /** Both lose from their heads alone; the adapter drops by itself what is too old. */
  const catchUp = () => {
    while (weights.length > packets.length) held -= weights.shift()!;
  };
  const [broadcast, persistSession] = [adapter.broadcast.bind(adapter), adapter.persistSession.bind(adapter)];
  adapter.broadcast = (...given) => {
    catchUp();
    broadcast(...given);
    for (const { data } of packets.slice(weights.length)) {
      const bytes = OVERHEAD_BYTES + JSON.stringify(data).length * BYTES_PER_CHARACTER;
      weights.push(bytes);
      held += bytes;
    }
    while (held > maxBytes && packets.shift()) catchUp();
  };
  adapter.persistSession = (...given) => {
    persistSession(...given);
    for (const id of sessions.keys()) {
      if (sessions.size <= MAX_SESSIONS) return;
      sessions.delete(id);
    }
  };
  return () => {
    catchUp();
    return held;
  };
}
