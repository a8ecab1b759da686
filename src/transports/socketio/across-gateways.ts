import { redisKeys } from '#gateway/config/redis-keys';
import { patientOf, type Redis } from '#libs/redis';
import type { ServerOptions } from 'socket.io';

/** The cluster adapter of Socket.IO: it forwards packets to the sockets of all gateways; `end` closes its connection. */
export interface AcrossGateways {
  adapter: ServerOptions['adapter'];
  end: () => void;
}

/** The injection token of the cluster adapter; its value is null without Redis. */
export const AcrossGateways = Symbol('AcrossGateways');

/** Makes the cluster adapter over a Redis stream (`@socket.io/redis-streams-adapter`). */
export async function acrossGateways(redis: Redis): Promise<AcrossGateways> {
  const { createAdapter } = await import('@socket.io/redis-streams-adapter');
  const patient = patientOf(redis);
  const adapter = createAdapter(patient.redis, {
    streamName: redisKeys.sockets(),
    channelPrefix: redisKeys.sockets(),
    sessionKeyPrefix: redisKeys.socketSession(''),
    onlyPlaintext: true,
  });
  return { adapter: adapter as ServerOptions['adapter'], end: patient.end };
}
