import { createLogger } from '#libs/observe';
import { closeRedis, openRedis, type Redis } from '#libs/redis';

/** The command timeout in tests that do not depend on it, in milliseconds: a busy machine exceeds 50. */
export const TEST_COMMAND_MS = 5_000;

/** Connections to a Redis, like those of gateways, and a function that closes all of them. */
export function redisConnections() {
  const opened: Redis[] = [];
  return {
    /** A ready connection. */
    async connected(url: string): Promise<Redis> {
      const redis = await openRedis(url, createLogger('spec', 'silent'), TEST_COMMAND_MS);
      opened.push(redis);
      await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
      return redis;
    },
    /** A connection to a closed port. */
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
