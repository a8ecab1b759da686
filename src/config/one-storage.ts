import { once } from 'node:events';
import type { Logger } from '#libs/observe';
import { SettingsError } from '#libs/process';
import { defineScript, type Redis } from '#libs/redis';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { redisKeys } from './redis-keys.ts';

/** For how long Redis remembers the storage after the last gateway has ended, in milliseconds. */
const FOR_MS = 60_000;
/** For how long a start waits for Redis, in milliseconds. */
const WAIT_MS = 1_000;

/** Names the storage unless one is named; prolongs the name if it is this one. Returns the name. */
const nameStorage = defineScript<string>(
  'nameStorage',
  1,
  `local named = redis.call('get', KEYS[1])
   if not named or named == ARGV[1] then redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2]) return ARGV[1] end
   return named`,
);

const MESSAGE =
  'names another storage than the running gateways of this Redis use: a file would be found by some of them only. Name a ' +
  'folder that all of them mount, or a bucket';

const UNCHECKED =
  'STORAGE_URL is a folder and there is no REDIS_URL: nothing checks that another gateway has the same folder. Run one gateway, ' +
  'or set REDIS_URL.';

/**
 * Refuses to start a gateway whose files the other gateways of its Redis would not find: each has a folder of its own. If
 * Redis does not answer at the start, the mistake is logged once it does. Gateways without Redis do not know of each other: in
 * production, one with a folder says so.
 */
export class OneStorage implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly identity: string,
    private readonly redis: Redis | null,
    private readonly logger: Logger,
    private readonly isProduction: boolean,
  ) {}

  /** @throws {SettingsError} naming STORAGE_URL */
  async onApplicationBootstrap(): Promise<void> {
    const { redis } = this;
    if (!redis) return this.warn();
    if (redis.status !== 'ready')
      await once(redis, 'ready', { signal: AbortSignal.timeout(WAIT_MS) }).catch(() => {});
    if (!(await this.isTheOne(redis))) {
      throw new SettingsError(`These settings are wrong:\n  STORAGE_URL: ${MESSAGE}`, [
        { setting: 'STORAGE_URL', message: MESSAGE },
      ]);
    }
    this.timer = setInterval(() => void this.check(), FOR_MS / 3).unref();
  }

  private warn(): void {
    if (this.isProduction && this.identity.startsWith('file:')) this.logger.warn(UNCHECKED);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Prolongs the name of the storage, and logs if Redis has another. */
  async check(): Promise<void> {
    if (this.redis && !(await this.isTheOne(this.redis))) this.logger.error(`STORAGE_URL ${MESSAGE}.`);
  }

  /** True also if Redis does not answer. */
  private async isTheOne(redis: Redis): Promise<boolean> {
    const named = await nameStorage(redis, [redisKeys.storage()], this.identity, FOR_MS).catch(() => undefined);
    return named === undefined || named === this.identity;
  }
}
