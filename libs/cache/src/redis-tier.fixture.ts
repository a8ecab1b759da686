import { createLogger } from '#libs/observe';
import { closeRedis, openRedis } from '#libs/redis';
import { eventually } from '#libs/testing';
import { Cache } from './cache.ts';
import { cachedThings } from './port.fixture.ts';
import { RedisTier } from './redis-tier.ts';

/** Waits until something in Redis is so. Of a command that has timed out, as on a busy machine, nothing is known. */
export const untilInRedis = (isSo: () => Promise<boolean>): Promise<boolean> =>
  eventually(() => isSo().catch(() => false));

/** The 50 ms that a request waits for a command are missed on a busy machine, in milliseconds. */
export const COMMAND_MS = 1_000;

/** Gateways whose caches are shared by one Redis. */
export class SharingGateways {
  private readonly opened: { prefix: string; close(): Promise<void> }[] = [];

  constructor(private readonly redisUrl: string) {}

  /** One more of them. @param policy other than what things are declared with */
  async open(prefix = 'spec:', policy = {}) {
    const redis = await openRedis(this.redisUrl, createLogger('spec', 'silent'), COMMAND_MS);
    await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
    const store = new Cache(1_000_000);
    const tier = store.share((onInvalidated) => new RedisTier(redis, prefix, onInvalidated));
    const listening = this.opened.filter((one) => one.prefix === prefix).length;
    await untilInRedis(async () => Number((await redis.pubsub('NUMSUB', `${prefix}forgotten`))[1]) > listening);
    const close = async () => {
      await store.close();
      await closeRedis(redis);
    };
    this.opened.push({ prefix, close });
    return { ...cachedThings(store, policy), redis, tier };
  }

  async close(): Promise<void> {
    for (const one of this.opened) await one.close();
  }
}
