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
    if (id === this.noted || redis.status !== 'ready') return;
    const before = await redis.set(redisKeys.signingKey(), id, 'GET').catch(() => undefined);
    if (before === undefined) return;
    this.noted = id;
    if (before !== null && before !== id) this.audit.write(undefined, 'keys.rotated', { keyId: id });
  }
}
