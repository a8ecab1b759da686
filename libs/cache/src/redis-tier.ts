import { randomBytes } from 'node:crypto';
import { type Redis, subscriberOf, takeLock } from '#libs/redis';
import { decoded, encoded } from './codec.ts';
import { ageMs, type Entry } from './entry.ts';
import type { Stats } from './stats.ts';

/** What is looked for. */
export interface Key {
  key: string;
  tags: readonly string[];
}

/** What was found, and what an entry that is to be written in its place must carry. */
export interface Found {
  entry: Entry | undefined;
  versions: readonly string[];
}

/** Who asks for what others wait for has so long, in milliseconds. */
const LOCK_MS = 2_000;
/** Longer than any entry lives. */
const TAG_LIFE_MS = 7 * 86_400_000;
/** So long after a failure, and after each further one, is asked whether Redis is well again. */
const PROBE_MS = 100;
/** A Redis that answers more slowly is not well. */
const WELL_MS = 20;

/**
 * The second tier: what all gateways remember together. An entry is good while every tag of it has the version that it
 * was written with; to forget a tag is to delete its version, which a full Redis also allows. While Redis fails or is slow
 * nobody waits for it: it is asked in the background whether it is well.
 */
export class RedisTier {
  /** How long commands took, in milliseconds, and how many failed. */
  readonly latency = { calls: 0, totalMs: 0, failures: 0 };
  private hasFailed = false;
  private isClosed = false;
  private probe: NodeJS.Timeout | undefined;
  private readonly notForgotten = new Set<string>();
  private readonly channel: string;
  private readonly subscriber: Redis;

  /** @param prefix of all keys: it differs where the shapes of answers do */
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly onForgotten: (tags: readonly string[] | 'all') => void,
  ) {
    this.channel = `${prefix}forgotten`;
    this.subscriber = subscriberOf(redis);
    this.subscriber.on('error', () => {});
    this.listen();
  }

  /** Whether it can be asked. */
  get isUp(): boolean {
    return !this.hasFailed;
  }

  /**
   * What is known of these; undefined where Redis cannot say. A tag that has no version is given one.
   *
   * @param stats where the read is counted; without, it is not
   */
  async read(keys: readonly Key[], stats?: Stats): Promise<Found[] | undefined> {
    if (!this.isUp) return undefined;
    const startedAt = performance.now();
    const found = await this.guarded(() => this.found(keys));
    if (!stats) return found;
    stats.redisReads += 1;
    stats.redisReadMs += performance.now() - startedAt;
    return found;
  }

  /** Those of these that this gateway may ask for, each with what lets others ask again. Where Redis cannot say, all. */
  async claim(keys: readonly Key[]): Promise<Map<string, () => Promise<void>>> {
    const locks = await this.guarded(() =>
      Promise.all(keys.map(({ key }) => takeLock(this.redis, `${this.prefix}l:${key}`, LOCK_MS))),
    );
    const claimed = keys.map(({ key }, i) => [key, locks ? locks[i] : nothing] as const);
    return new Map(claimed.filter((one): one is [string, () => Promise<void>] => one[1] !== undefined));
  }

  /** Writes an entry, and does not wait for it. A Redis that is full or takes no writes goes without. */
  write({ key }: Key, entry: Entry, versions: readonly string[]): void {
    const bytes = encoded(entry, versions);
    const lifeMs = Math.ceil(entry.lifeMs - ageMs(entry));
    if (!bytes || lifeMs <= 0 || !versions.every(Boolean)) return;
    void this.guarded(() => this.redis.set(`${this.prefix}e:${key}`, bytes, 'PX', lifeMs));
  }

  /** Forgets tags, here and at every other gateway. What cannot be told now is told as soon as Redis is back. */
  async forget(tags: readonly string[]): Promise<void> {
    for (const tag of tags) this.notForgotten.add(tag);
    await this.guarded(() => this.tell([...this.notForgotten]));
    if (this.notForgotten.size) this.failed();
  }

  /** How it goes, for operators. */
  report() {
    const { calls, totalMs, failures } = this.latency;
    return { isUp: this.isUp, calls, failures, meanMs: calls ? totalMs / calls : null };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.probe);
    this.subscriber.disconnect();
  }

  private async found(keys: readonly Key[]): Promise<Found[]> {
    const tags = [...new Set(keys.flatMap((one) => one.tags))];
    const [entries, given] = await Promise.all([
      Promise.all(keys.map(({ key }) => this.redis.getBuffer(`${this.prefix}e:${key}`))),
      Promise.all(tags.map((tag) => this.redis.get(this.tagKey(tag)))),
    ]);
    const versionOf = new Map(tags.map((tag, i) => [tag, given[i]]));
    const without = tags.filter((tag) => !versionOf.get(tag));
    await Promise.all(without.map(async (tag) => versionOf.set(tag, await this.giveVersion(tag))));
    return keys.map((key, i) => {
      const its = key.tags.map((tag) => versionOf.get(tag)!);
      return { entry: entries[i] ? decoded(entries[i], key.tags, its) : undefined, versions: its };
    });
  }

  private tagKey(tag: string): string {
    return `${this.prefix}t:${tag}`;
  }

  private async giveVersion(tag: string): Promise<string> {
    const version = randomBytes(9).toString('base64url');
    // Another gateway may be first.
    const earlier = await this.redis
      .set(this.tagKey(tag), version, 'PX', TAG_LIFE_MS, 'NX', 'GET')
      .catch(asNothing);
    return earlier === undefined ? '' : (earlier ?? version);
  }

  private async tell(tags: readonly string[]): Promise<void> {
    await Promise.all(tags.map((tag) => this.redis.unlink(this.tagKey(tag))));
    await this.redis.publish(this.channel, JSON.stringify(tags));
    for (const tag of tags) this.notForgotten.delete(tag);
  }

  private async guarded<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (!this.isUp) return undefined;
    const startedAt = performance.now();
    try {
      return await command();
    } catch (error) {
      this.latency.failures += 1;
      if (!isRefusal(error)) this.failed();
      return undefined;
    } finally {
      this.latency.calls += 1;
      this.latency.totalMs += performance.now() - startedAt;
    }
  }

  private failed(): void {
    if (this.hasFailed || this.isClosed) return;
    this.hasFailed = true;
    this.probe = setTimeout(() => void this.isWellAgain(), PROBE_MS).unref();
  }

  private async isWellAgain(): Promise<void> {
    const startedAt = performance.now();
    const isWell = await this.redis
      .ping()
      .then(() => this.tell([...this.notForgotten]))
      .then(
        () => performance.now() - startedAt < WELL_MS,
        () => false,
      );
    this.hasFailed = false;
    if (!isWell) this.failed();
  }

  private listen(): void {
    let isFirst = true;
    this.subscriber.on('ready', () => {
      // What was said meanwhile was not heard.
      if (!isFirst) this.onForgotten('all');
      isFirst = false;
    });
    this.subscriber.on('message', (_channel, message) => this.onForgotten(JSON.parse(message) as string[]));
    void this.subscriber.subscribe(this.channel).catch(() => {});
  }
}

const nothing = async (): Promise<void> => {};
const asNothing = (): undefined => undefined;

/** Redis answers, and says no: it is full, or takes no writes. It can be read. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
