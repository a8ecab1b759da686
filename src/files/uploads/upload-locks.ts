import { redisKeys } from '#gateway/config/redis-keys';
import { GatewayError } from '#libs/errors';
import { holdLock, Redis } from '#libs/redis';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** For how long another gateway's lock outlives it, in milliseconds. */
const FOR_MS = 10_000;
/** For how long a request waits for one whose client has left, in milliseconds. */
const WAIT_MS = 3_000;

/** A request that writes to an upload. */
interface Writer {
  /** Whether its client has left: it stores what has arrived, and ends. */
  isGone(): boolean;
  ended: Promise<void>;
}

/**
 * Lets one request at a time write to an upload, on all gateways of a Redis. A second one is refused, not the first ended: only
 * the client knows which is its right one. But a request waits for one whose client has left, which ends at once. While Redis
 * does not answer, each gateway locks for itself.
 */
@Injectable()
export class UploadLocks implements OnApplicationShutdown {
  private readonly writers = new Map<string, Writer>();

  constructor(@Inject(Redis) private readonly redis: Redis | null) {}

  /**
   * Runs work with the lock of an upload.
   * @param isGone whether the client of this request has left
   * @throws {GatewayError} LOCKED if another request writes
   */
  async hold<T>(id: string, isGone: () => boolean, work: () => Promise<T>): Promise<T> {
    await this.settled(id);
    if (this.writers.has(id)) throw locked();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.writers.set(id, { isGone, ended });
    try {
      return await this.holdEverywhere(id, work);
    } finally {
      this.writers.delete(id);
      end();
    }
  }

  /** Runs work with the locks of several uploads, each of which is named once. @throws {GatewayError} as `hold` */
  holdAll<T>([id, ...others]: readonly string[], work: () => Promise<T>): Promise<T> {
    if (id === undefined) return work();
    return this.hold(
      id,
      () => false,
      () => this.holdAll(others, work),
    );
  }

  /** Resolves when no request of this gateway writes any more whose client has left; others are not waited for. */
  async settled(id: string): Promise<void> {
    const writer = this.writers.get(id);
    if (writer?.isGone()) await inTime(writer.ended);
  }

  /** Lets the requests end whose connections the shutdown has closed: what has arrived is stored. */
  async onApplicationShutdown(): Promise<void> {
    await inTime(Promise.all([...this.writers.values()].map(({ ended }) => ended)));
  }

  /** Refuses while a request writes to the upload, here or on another gateway. @throws {GatewayError} LOCKED */
  async refuseWhileHeld(id: string): Promise<void> {
    await this.settled(id);
    const isHeldElsewhere = this.redis?.exists(redisKeys.upload(id)).catch(() => 0);
    if (this.writers.has(id) || (await isHeldElsewhere)) throw locked();
  }

  private async holdEverywhere<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (!this.redis) return work();
    const lock = await holdLock(this.redis, redisKeys.upload(id), FOR_MS).catch(() => 'none' as const);
    if (lock === undefined) throw locked();
    try {
      return await work();
    } finally {
      if (lock !== 'none') await lock.release().catch(() => {});
    }
  }
}

/** Waits for a promise, but not for ever. */
async function inTime(promise: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, WAIT_MS);
  await Promise.race([promise, late]);
  clearTimeout(timer);
}

const locked = (): GatewayError =>
  new GatewayError('LOCKED', { detail: 'Another request writes to this upload: try again when it has ended.' });
