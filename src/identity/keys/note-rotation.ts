import { redisKeys } from '#gateway/config/redis-keys';
import { Audit } from '#gateway/identity/audit/audit';
import { Redis } from '#libs/redis';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { KeySet } from './key-set.ts';

/** How often it is looked whether another key signs, in milliseconds. */
const POLL_MS = 1_000;

/** Writes down that another key signs than the one that gateways signed with before: that Redis remembers. */
@Injectable()
export class NoteRotation implements OnApplicationBootstrap, OnApplicationShutdown {
  private noted: string | undefined;
  /** The key that gateways signed with before; undefined until it is read, null for none. */
  private before: string | null | undefined;
  private isUnsure = false;
  private isLooking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly keys: KeySet,
    private readonly audit: Audit,
    @Inject(Redis) private readonly redis: Redis | null,
  ) {}

  onApplicationBootstrap(): void {
    const { redis } = this;
    if (!redis) return;
    redis.on('ready', () => void this.note(redis));
    void this.note(redis);
    this.timer = setInterval(() => void this.note(redis), POLL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async note(redis: Redis): Promise<void> {
    const { id } = this.keys.current;
    if (id === this.noted || redis.status !== 'ready' || this.isLooking) return;
    this.isLooking = true;
    try {
      await this.look(redis, id);
    } catch {
      // Redis may have replaced it, and answered too late: better written down twice than by nobody.
      this.isUnsure = this.before !== undefined;
    } finally {
      this.isLooking = false;
    }
  }

  private async look(redis: Redis, id: string): Promise<void> {
    const key = redisKeys.signingKey();
    if (this.before === undefined) this.before = await redis.get(key);
    const { before, isUnsure } = this;
    // Another gateway with the same key may be first.
    const isFirst = before !== id && ((await redis.set(key, id, 'GET')) !== id || isUnsure);
    this.noted = id;
    this.before = undefined;
    if (isFirst && before !== null) this.audit.write(undefined, 'keys.rotated', { keyId: id });
  }
}
