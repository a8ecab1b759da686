import { redisKeys } from '#gateway/config/redis-keys';
import { GatewayError } from '#libs/errors';
import { holdLock, Redis } from '#libs/redis';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** For how long another gateway's lock outlives it, in milliseconds. */
const FOR_MS = 10_000;
/** For how long a request waits for one whose client has left, in milliseconds. */
const WAIT_MS = 3_000;

/** After which silence of its client a request ends in favour of another one, in milliseconds. */
export const SILENT_MS = 2_000;
/** How often a request looks whether one at another gateway wants its upload, in milliseconds. */
const POLL_MS = 500;
/** For how long a refused request is known to want an upload, in milliseconds. */
const REQUESTED_MS = 5_000;

/** A request that writes to an upload. */
export interface Writer {
  /** Whether its client has left: it stores what has arrived, and ends. */
  isGone(): boolean;
  /** For how long its client has sent nothing, in milliseconds; 0 if it does not wait for its client. */
  silentMs(): number;
  /** Ends it as if its client had left. */
  end(): void;
}

/** A request that waits for no client. */
export const QUICK: Writer = { isGone: () => false, silentMs: () => 0, end: () => {} };

/**
 * Lets one request at a time write to an upload, on all gateways of a Redis. A second one is refused as long as the client of the
 * first one sends. A client that has left or is silent has perhaps lost its connection, and is the one that asks again: its
 * first request ends, and is waited for. While Redis does not answer, each gateway locks for itself.
 */
@Injectable()
export class UploadLocks implements OnApplicationShutdown {
  private readonly writers = new Map<string, { writer: Writer; ended: Promise<void> }>();

  constructor(@Inject(Redis) private readonly redis: Redis | null) {}

  /**
   * Runs work with the lock of an upload.
   * @param writer the request
   * @throws {GatewayError} LOCKED if another request writes
   */
  async hold<T>(id: string, writer: Writer, work: () => Promise<T>): Promise<T> {
    await this.takeOver(id);
    if (this.writers.has(id)) throw locked();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.writers.set(id, { writer, ended });
    try {
      return await this.holdEverywhere(id, writer, work);
    } finally {
      this.writers.delete(id);
      end();
    }
  }

  /** Runs work with the locks of several uploads, each of which is named once. @throws {GatewayError} as `hold` */
  holdAll<T>([id, ...others]: readonly string[], work: () => Promise<T>): Promise<T> {
    if (id === undefined) return work();
    return this.hold(id, QUICK, () => this.holdAll(others, work));
  }

  /** Resolves when no request of this gateway writes any more whose client has left; others are not waited for. */
  async settled(id: string): Promise<void> {
    const held = this.writers.get(id);
    if (held?.writer.isGone()) await inTime(held.ended);
  }

  /** Ends the request of this gateway whose client is silent, and waits for it as `settled` does. */
  private async takeOver(id: string): Promise<void> {
    const held = this.writers.get(id);
    if (!held || held.writer.silentMs() < SILENT_MS) return this.settled(id);
    held.writer.end();
    await inTime(held.ended);
  }

  /** Lets the requests end whose connections the shutdown has closed: what has arrived is stored. */
  async onApplicationShutdown(): Promise<void> {
    await inTime(Promise.all([...this.writers.values()].map(({ ended }) => ended)));
  }

  /** Refuses while a request writes to the upload, here or on another gateway. @throws {GatewayError} LOCKED */
  async refuseWhileHeld(id: string): Promise<void> {
    await this.takeOver(id);
    if (this.writers.has(id)) throw locked();
    if (!(await this.redis?.exists(redisKeys.upload(id)).catch(() => 0))) return;
    await this.request(id);
    throw locked();
  }

  private async holdEverywhere<T>(id: string, writer: Writer, work: () => Promise<T>): Promise<T> {
    const { redis } = this;
    if (!redis) return work();
    const lock = await holdLock(redis, redisKeys.upload(id), FOR_MS).catch(() => 'none' as const);
    if (lock === undefined) {
      await this.request(id);
      throw locked();
    }
    const requested = redisKeys.uploadRequested(id);
    const look = setInterval(() => {
      if (writer.silentMs() < SILENT_MS) return;
      redis.exists(requested).then(
        (isRequested) => void (isRequested && writer.silentMs() >= SILENT_MS && writer.end()),
        () => {},
      );
    }, POLL_MS).unref();
    try {
      return await work();
    } finally {
      clearInterval(look);
      if (lock !== 'none') await Promise.allSettled([redis.del(requested), lock.release()]);
    }
  }

  /** Lets the gateway whose request writes to the upload know that another one wants it. */
  private async request(id: string): Promise<void> {
    await this.redis?.set(redisKeys.uploadRequested(id), '1', 'PX', REQUESTED_MS).catch(() => {});
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
