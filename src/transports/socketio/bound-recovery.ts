import type { Server } from 'socket.io';

/** The estimated memory of a packet beyond its text, in bytes. */
const OVERHEAD_BYTES = 500;
const BYTES_PER_CHARACTER = 2;

/** The most disconnected clients whose sessions are kept; the oldest are dropped first and have to rejoin. */
const MAX_SESSIONS = 10_000;

/** A message to rooms: its event and its arguments. */
export interface Packet {
  data: unknown[];
}

/** The state that Socket.IO's in-memory adapter (`SessionAwareAdapter`) keeps for connection state recovery; other adapters have none. */
interface RecoveringAdapter {
  packets?: Packet[];
  sessions?: Map<string, unknown>;
  broadcast(...given: unknown[]): void;
  persistSession(...given: unknown[]): void;
}

/**
 * Bounds the packets that Socket.IO keeps in memory for clients that reconnect; by default it keeps every packet of the last
 * minutes. A client whose last packet was dropped is not recovered: it rejoins with the id of its last message.
 * @param maxBytes the limit of all packets together, in bytes; the oldest are dropped first
 * @returns a function that reads how many bytes are held
 */
export function boundRecovery(server: Server, maxBytes: number): () => number {
  const adapter = server.of('/').adapter as unknown as RecoveringAdapter;
  const { packets, sessions } = adapter;
  if (!packets || !sessions) return () => 0;
  const weights: number[] = [];
  let held = 0;

  /** Drops the weights of packets that the adapter has expired; both lists only lose from their heads. */
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
