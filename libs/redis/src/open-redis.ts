import type { Logger } from '#libs/observe';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { watchSubscriber } from './cluster-subscriber.ts';
import { recordCommands } from './command-spans.ts';
import { type Group, groupIn } from './redis-address.ts';
import { addressIn } from './redis-url.ts';
import { reportOldServer } from './server-version.ts';

/** What a command may take where nothing is set, in milliseconds: a request does without Redis rather than wait for it. */
const COMMAND_MS = 50;

/** A connection that owes an answer for so many times as long is given up for a new one. */
const SILENCE_FACTOR = 10;

/** The timeout for opening a connection, in milliseconds. */
const CONNECT_MS = 1_000;

/** The longest delay between connection attempts, in milliseconds. */
const MAX_WAIT_MS = 500;

const retryStrategy = (tries: number): number => Math.min(MAX_WAIT_MS, 25 * 2 ** Math.min(tries, 5));

const optionsFor = (commandTimeoutMs: number) => ({
  commandTimeout: Math.max(CONNECT_MS, commandTimeoutMs),
  socketTimeout: SILENCE_FACTOR * commandTimeoutMs,
  connectTimeout: CONNECT_MS,
  disconnectTimeout: SILENCE_FACTOR * COMMAND_MS,
  retryStrategy,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  // A write whose request has given up must not take effect later.
  autoResendUnfulfilledCommands: false,
});

/** How long a subscriber may owe an answer before it is given up for a new connection, in milliseconds: longer than a blocking read. */
const SUBSCRIBER_SILENCE_MS = 5_000;

/** The same for connections of libraries, whose blocking reads take 10 s, in milliseconds. */
export const SILENCE_MS = 15_000;

/** How often a connection that waits is pinged within its longest silence. */
const PINGS = 3;

/** A subscriber waits for messages without a timeout, but its server has to answer. */
export const subscriberOptions = (silenceMs: number) => ({
  socketTimeout: silenceMs,
  commandTimeout: undefined,
  enableOfflineQueue: true,
});

/**
 * Sends a PING now and then. A connection that was lost without notice, as by a router or in a failover from a server that hangs,
 * looks like one without messages.
 */
export function pinged(one: Redis, silenceMs: number): Redis {
  const ping = () => one.status === 'ready' && void one.ping().catch(() => {});
  const timer = setInterval(ping, silenceMs / PINGS).unref();
  if (one.isCluster) one.once('end', watchSubscriber(one, silenceMs / PINGS));
  return one.once('end', () => clearInterval(timer));
}

/** The TLS of a connection, all in PEM: who is trusted instead of Node's authorities, and a certificate of the client. */
export interface RedisTls {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

/**
 * Opens a connection for use by requests. It never waits: a command fails after `commandTimeoutMs`, or at once without a
 * connection, and is not retried. It connects in the background, and reconnects within 2 s of Redis being back. Logs
 * `redis connected` and `redis lost` once for each change, and at each connection that the server is too old.
 * @param tls for `rediss`; others ignore it
 */
export async function openRedis(
  url: string,
  logger: Logger,
  commandTimeoutMs = COMMAND_MS,
  tls: RedisTls = {},
): Promise<Redis> {
  const group = groupIn(url);
  if (group?.kind === 'cluster') return openCluster(group, logger, commandTimeoutMs, tls);
  const { Redis } = await import('ioredis');
  const options = optionsFor(commandTimeoutMs);
  const redis = group
    ? new Redis({ ...options, ...ofSentinels(group, tls) })
    : new Redis(url, { ...options, ...(url.startsWith('rediss:') ? { tls } : {}) });
  // ioredis opens a connection with commands, too. They may take longer: no request waits for them.
  redis.on('ready', () => void (redis.options.commandTimeout = commandTimeoutMs));
  redis.on('close', () => void (redis.options.commandTimeout = options.commandTimeout));
  refuseOtherDatabase(redis);
  recordCommands(redis);
  logChanges(redis, logger, group ? nodesOf(group) : addressIn(url));
  return redis;
}

/** Ends a connection whose `SELECT` failed: ioredis would go on with database 0, which is another program's. */
export function refuseOtherDatabase(redis: Redis): void {
  redis.on('error', ({ command }: { command?: { name?: string } }) => {
    if (command?.name === 'select') redis.disconnect(true);
  });
}

function ofSentinels(group: Group, tls: RedisTls) {
  const { nodes, name, username, password, isTls, sentinelPassword } = group;
  const secured = isTls ? { tls, sentinelTLS: tls, enableTLSForSentinelMode: true } : {};
  const login = { username, password, ...(sentinelPassword ? { sentinelPassword } : {}) };
  return {
    sentinels: nodes,
    name,
    ...login,
    sentinelRetryStrategy: retryStrategy,
    // One that accepts connections and does not answer would be waited for, for ever, with others beside it.
    sentinelCommandTimeout: CONNECT_MS,
    ...secured,
  };
}

/** A cluster is used like a single server: each command has a single key. */
async function openCluster(group: Group, logger: Logger, commandTimeout: number, tls: RedisTls): Promise<Redis> {
  const { Cluster } = await import('ioredis');
  const { username, password, isTls } = group;
  const cluster = new Cluster(group.nodes, {
    redisOptions: {
      ...optionsFor(commandTimeout),
      commandTimeout,
      username,
      password,
      ...(isTls ? { tls } : {}),
    },
    clusterRetryStrategy: retryStrategy,
    enableOfflineQueue: false,
    slotsRefreshTimeout: CONNECT_MS,
  });
  const redis = cluster as unknown as Redis;
  recordCommands(redis);
  logChanges(redis, logger, nodesOf(group));
  return redis;
}

const nodesOf = ({ nodes }: Group): string => nodes.map(({ host, port }) => `${host}:${port}`).join(',');

/** A connection for subscriptions (pub/sub), and blocking reads of at most 2 s. @param redis the connection of `openRedis` */
export const subscriberOf = (redis: Redis, silenceMs = SUBSCRIBER_SILENCE_MS): Redis =>
  pinged(duplicateOf(redis, subscriberOptions(silenceMs)), silenceMs);

/**
 * Another connection to the same server or cluster.
 * @param options those that differ; in a cluster they are of the connections to its nodes, but the queue is that of the cluster
 */
export function duplicateOf(redis: Redis, options: Partial<RedisOptions>): Redis {
  if (!redis.isCluster) {
    const duplicate = redis.duplicate(options);
    refuseOtherDatabase(duplicate);
    return duplicate;
  }
  const { enableOfflineQueue } = options;
  const ofCluster = enableOfflineQueue === undefined ? {} : { enableOfflineQueue };
  return (redis as unknown as Cluster).duplicate([], { ...ofCluster, redisOptions: options }) as unknown as Redis;
}

/** Closes a connection after pending responses, within 50 ms. */
export async function closeRedis(redis: Redis): Promise<void> {
  redis.removeAllListeners('close');
  if (!redis.isCluster) redis.options.commandTimeout = COMMAND_MS;
  await redis.quit().catch(() => undefined);
  redis.disconnect();
}

function logChanges(redis: Redis, logger: Logger, address: string): void {
  reportOldServer(redis, logger, address);
  let isConnected: boolean | undefined;
  let refusal: string | undefined;
  const lost = (reason: string, isRefusal = false) => {
    const isNews = isConnected !== false || (isRefusal && reason !== refusal);
    if (isNews) logger.warn({ address, reason }, 'redis lost');
    if (isRefusal) refusal = reason;
    isConnected = false;
  };
  redis.on('ready', () => {
    isConnected = true;
    refusal = undefined;
    logger.info({ address }, 'redis connected');
  });
  // Only the message: the error of a failed login contains the password. A connection that is refused, as after a change of
  // the password, was closed before that.
  redis.on('error', ({ message, code, name }: NodeJS.ErrnoException) =>
    lost(message || code || 'no connection', name === 'ReplyError'),
  );
  redis.on('close', () => lost('the connection was closed'));
}
