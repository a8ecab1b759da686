import { createLogger } from '#libs/observe';
import { closeRedis, openRedis, type Redis } from '#libs/redis';

/** What a command of Redis may take where that is not what a test is about, in milliseconds: a busy machine misses 50. */
export const TEST_COMMAND_MS = 5_000;

/** Connections to a Redis, as gateways have them, and what closes all of them. */
export function redisConnections() {
  const opened: Redis[] = [];
  return {
    /** A connection that is ready. */
    async connected(url: string): Promise<Redis> {
      const redis = await openRedis(url, createLogger('spec', 'silent'), TEST_COMMAND_MS);
      opened.push(redis);
      await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
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
