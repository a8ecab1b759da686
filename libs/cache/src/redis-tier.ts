import { randomBytes } from 'node:crypto';
import { type Redis, subscriberOf, takeLock } from '#libs/redis';
import { decoded, encoded } from './codec.ts';
import { ageMs, type Entry } from './entry.ts';
import type { Stats } from './stats.ts';

/** A key to look up, with its tags. */
export interface Key {
  key: string;
  tags: readonly string[];
}

/** The entry found, and the tag versions that a replacement must carry. */
export interface Found {
  entry: Entry | undefined;
  versions: readonly string[];
}

/** The lifetime of a single-flight lock, in milliseconds. */
const LOCK_MS = 2_000;
/** Longer than any entry lives. */
const TAG_LIFE_MS = 7 * 86_400_000;
/** Delays before Redis is probed after the first failure, and after each further one, in milliseconds. */
const PROBE_MS = 100;
/** A probe slower than this fails, in milliseconds. */
const WELL_MS = 20;

/**
 * The second tier: a cache in Redis, shared by all gateways. An entry is valid while each of its tags has the version
 * it was written with; invalidating a tag deletes its version, which works even when Redis is full. While Redis fails
 * or is slow, requests skip it and it is probed in the background.
 */
export class RedisTier {
  /** How long commands took, in milliseconds, and how many failed. */
  readonly latency = { calls: 0, totalMs: 0, failures: 0 };
  private hasFailed = false;
  private isClosed = false;
  private probe: NodeJS.Timeout | undefined;
  private readonly pendingInvalidations = new Set<string>();
  private readonly channel: string;
  private readonly subscriber: Redis;

  /** @param prefix of all keys; it changes when the shapes of answers do */
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly onInvalidated: (tags: readonly string[] | 'all') => void,
  ) {
    this.channel = `${prefix}forgotten`;
    this.subscriber = subscriberOf(redis);
    this.subscriber.on('error', () => {});
    this.listen();
  }

  /** Whether Redis is usable. */
  get isUp(): boolean {
    return !this.hasFailed;
  }

  /**
   * Reads these entries; undefined if Redis is unavailable. A tag without a version is given one.
   * @param stats counts the read, if given
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

  /**
   * Takes the single-flight locks of these keys.
   * @returns those that this gateway may fetch, each with its release; all of them if Redis is unavailable
   */
  async claim(keys: readonly Key[]): Promise<Map<string, () => Promise<void>>> {
    const locks = await this.guarded(() =>
      Promise.all(keys.map(({ key }) => takeLock(this.redis, `${this.prefix}l:${key}`, LOCK_MS))),
    );
    const claimed = keys.map(({ key }, i) => [key, locks ? locks[i] : nothing] as const);
    return new Map(claimed.filter((one): one is [string, () => Promise<void>] => one[1] !== undefined));
  }

  /** Writes an entry without waiting. Refused writes (full or read-only Redis) are ignored. */
  write({ key }: Key, entry: Entry, versions: readonly string[]): void {
    const bytes = encoded(entry, versions);
    const lifeMs = Math.ceil(entry.lifeMs - ageMs(entry));
    if (!bytes || lifeMs <= 0 || !versions.every(Boolean)) return;
    void this.guarded(() => this.redis.set(`${this.prefix}e:${key}`, bytes, 'PX', lifeMs));
  }

  /** Invalidates tags in all gateways. What cannot be published now is published once Redis is back. */
  async invalidate(tags: readonly string[]): Promise<void> {
    for (const tag of tags) this.pendingInvalidations.add(tag);
    await this.guarded(() => this.publish([...this.pendingInvalidations]));
    if (this.pendingInvalidations.size) this.failed();
  }

  /** Its state, for operators. */
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

  private async publish(tags: readonly string[]): Promise<void> {
    await Promise.all(tags.map((tag) => this.redis.unlink(this.tagKey(tag))));
    await this.redis.publish(this.channel, JSON.stringify(tags));
    for (const tag of tags) this.pendingInvalidations.delete(tag);
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
    this.probe = setTimeout(() => void this.isRecovered(), PROBE_MS).unref();
  }

  private async isRecovered(): Promise<void> {
    const startedAt = performance.now();
    const isWell = await this.redis
      .ping()
      .then(() => this.publish([...this.pendingInvalidations]))
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
      // Messages published in the meantime were missed.
      if (!isFirst) this.onInvalidated('all');
      isFirst = false;
    });
    this.subscriber.on('message', (_channel, message) => this.onInvalidated(JSON.parse(message) as string[]));
    void this.subscriber.subscribe(this.channel).catch(() => {});
  }
}

const nothing = async (): Promise<void> => {};
const asNothing = (): undefined => undefined;

/** Whether Redis refused a write (full or read-only); reads still work. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
