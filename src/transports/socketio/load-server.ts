import type { Config } from '#gateway/config/config';
import type { Redis } from '#libs/redis';
import type { Server as Engine } from 'engine.io';
import type { Server } from 'socket.io';
import { boundRecovery } from './bound-recovery.ts';
import { clusterAdapter } from './cluster-adapter.ts';
import { closeRecoveryGap } from './recovery-gap.ts';

/** The time limit for Socket.IO's `CONNECT` packet, in milliseconds. */
const INIT_MS = 3_000;
/** How long the state of a disconnected client is kept, in milliseconds. */
const RECOVERY_MS = 120_000;
/** The most memory for packets kept for recovery, in bytes; unused with the Redis adapter, which keeps them in Redis. */
const RECOVERY_BYTES = 4_194_304;

/** A server of Socket.IO, and the engine that takes its connections. */
export interface LoadedServer {
  server: Server;
  engine: Engine;
  close(): Promise<void>;
}

/** Loads Socket.IO, and makes its server: over WebSocket only, since long polling would need sticky sessions. */
export async function loadServer(config: Config, redis: Redis | null): Promise<LoadedServer> {
  const { Server } = await import('socket.io');
  const engineIo = await import('engine.io');
  const cluster = redis && (await clusterAdapter(redis));
  const engine = new engineIo.Server({
    transports: ['websocket'],
    allowUpgrades: false,
    perMessageDeflate: false,
    maxHttpBufferSize: config.BODY_LIMIT_BYTES,
    pingInterval: config.STREAM_HEARTBEAT_MS,
  });
  const server = new Server({
    serveClient: false,
    connectTimeout: INIT_MS,
    connectionStateRecovery: { maxDisconnectionDuration: RECOVERY_MS, skipMiddlewares: false },
    ...(cluster ? { adapter: cluster.adapter } : {}),
  });
  boundRecovery(server, RECOVERY_BYTES);
  closeRecoveryGap(server);
  server.bind(engine);
  const close = async () => {
    await server.close();
    cluster?.end();
  };
  return { server, engine, close };
}
