import { createLogger } from '#libs/observe';
import type { Cluster } from 'ioredis';
import { closeRedis, openRedis, type Redis } from '#libs/redis';

/** The 50 ms that a request waits for a command are missed on a busy machine, and are not what these specs are about. */
const COMMAND_MS = 5_000;

/** Lets commands take as long as they need on a busy machine. */
export function giveTime(redis: Redis): void {
  const nodes = redis.isCluster ? (redis as unknown as Cluster).nodes() : [redis];
  for (const { options } of nodes) options.commandTimeout = COMMAND_MS;
}

/** Connections to a Redis, as gateways have them, and what closes all of them. */
export function redisConnections() {
  const opened: Redis[] = [];
  return {
    /** A connection that is ready. */
    async connected(url: string): Promise<Redis> {
      const redis = await openRedis(url, createLogger('spec', 'silent'));
      opened.push(redis);
      await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
      giveTime(redis);
      return redis;
    },
    /** A connection to where nobody listens. */
    async lost(): Promise<Redis> {
      const redis = await openRedis('redis://127.0.0.1:1', createLogger('spec', 'silent'));
      opened.push(redis);
      return redis;
    },
    async close(): Promise<void> {
      for (const redis of opened) await closeRedis(redis);
    },
  };
}
