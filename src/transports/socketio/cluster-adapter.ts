import { redisKeys } from '#gateway/config/redis-keys';
import { offlineTolerant, type Redis } from '#libs/redis';
import type { ServerOptions } from 'socket.io';
import { readOnAfterFailover } from './stream-reader.ts';

/** The cluster adapter of Socket.IO: it forwards packets to the sockets of all gateways; `end` closes its connection. */
export interface ClusterAdapter {
  adapter: ServerOptions['adapter'];
  end: () => void;
}

/** Makes the cluster adapter over a Redis stream (`@socket.io/redis-streams-adapter`). */
export async function clusterAdapter(redis: Redis): Promise<ClusterAdapter> {
  const { createAdapter } = await import('@socket.io/redis-streams-adapter');
  const tolerant = offlineTolerant(redis);
  const stream = redisKeys.sockets();
  const duplicate = tolerant.redis.duplicate.bind(tolerant.redis);
  // The adapter reads by a duplicate of its connection.
  tolerant.redis.duplicate = (...given) => readOnAfterFailover(duplicate(...given), stream);
  const adapter = createAdapter(tolerant.redis, {
    streamName: stream,
    channelPrefix: redisKeys.sockets(),
    sessionKeyPrefix: redisKeys.socketSession(''),
    onlyPlaintext: true,
  });
  return { adapter: adapter as ServerOptions['adapter'], end: tolerant.end };
}
