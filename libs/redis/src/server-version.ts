import type { Logger } from '#libs/observe';
import type { Redis } from 'ioredis';

/** The first version whose `SET` takes `NX` and `GET` together, which locks and idempotency keys need. */
export const LEAST_REDIS = 7;

/** The versions in an answer to `INFO`: that of Redis, or the one a compatible server claims, and the server's own. */
export function versionsIn(info: string): { redis: string; own: string | undefined } {
  const valueOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const valkey = valueOf('valkey_version');
  return { redis: valueOf('redis_version') ?? '', own: valkey && `Valkey ${valkey}` };
}

/** Logs that a server is too old, at each connection. One that does not tell its version is believed. */
export function reportOldServer(redis: Redis, logger: Logger, address: string): void {
  redis.on('ready', () => {
    const report = (info: string) => {
      const { redis: version } = versionsIn(info);
      if (Number.parseInt(version) < LEAST_REDIS)
        logger.error({ address, version }, `redis is too old: version ${LEAST_REDIS} or later is needed`);
    };
    redis.info('server').then(report, () => {});
  });
}
