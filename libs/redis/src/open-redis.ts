import type { Logger } from '#libs/observe';
import { Redis } from 'ioredis';
import { addressIn } from './redis-url.ts';

/** What a command may take, in milliseconds: a request does without Redis rather than wait for it. */
const COMMAND_MS = 50;

/** A connection that owes an answer for this long is given up for a new one, in milliseconds. */
const SILENCE_MS = 500;

/** What a connection may take to open, in milliseconds. */
const CONNECT_MS = 1_000;

/** The longest wait before the next try to connect, in milliseconds. */
const LONGEST_WAIT_MS = 500;

/**
 * Opens a connection for requests to use. It never waits: a command fails after 50 ms, or at once while there is no
 * connection, and is not sent again. Connects by itself, and again within 2 s of Redis being back. Logs `redis
 * connected` and `redis lost`, once each time it changes.
 */
export function openRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    commandTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    connectTimeout: CONNECT_MS,
    disconnectTimeout: SILENCE_MS,
    retryStrategy: (tries) => Math.min(LONGEST_WAIT_MS, 25 * 2 ** Math.min(tries, 5)),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    // A write that its request no longer waits for must not come true later.
    autoResendUnfulfilledCommands: false,
  });
  // What ioredis sends to open a connection are commands, too, and may take longer: nobody waits for them.
  redis.on('ready', () => void (redis.options.commandTimeout = COMMAND_MS));
  redis.on('close', () => void (redis.options.commandTimeout = CONNECT_MS));
  logChanges(redis, logger, addressIn(url));
  return redis;
}

/** Ends a connection: what was sent is answered first, for 50 ms at most. */
export async function closeRedis(redis: Redis): Promise<void> {
  redis.removeAllListeners('close');
  redis.options.commandTimeout = COMMAND_MS;
  await redis.quit().catch(() => undefined);
  redis.disconnect();
}

function logChanges(redis: Redis, logger: Logger, address: string): void {
  let isConnected: boolean | undefined;
  const lost = (reason: string) => {
    if (isConnected !== false) logger.warn({ address, reason }, 'redis lost');
    isConnected = false;
  };
  redis.on('ready', () => {
    isConnected = true;
    logger.info({ address }, 'redis connected');
  });
  // The words alone: the error of a login that failed carries what was sent.
  redis.on('error', ({ message, code }: NodeJS.ErrnoException) => lost(message || code || 'no connection'));
  redis.on('close', () => lost('the connection was closed'));
}
