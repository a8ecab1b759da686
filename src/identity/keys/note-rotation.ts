import { redisKeys } from '#gateway/config/redis-keys';
import { Audit } from '#gateway/identity/audit/audit';
import { Redis } from '#libs/redis';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { KeySet } from './key-set.ts';

/** Writes down that another key signs than the one that gateways signed with before: that Redis remembers. */
@Injectable()
export class NoteRotation implements OnApplicationBootstrap {
  constructor(
    private readonly keys: KeySet,
    private readonly audit: Audit,
    @Inject(Redis) private readonly redis: Redis | null,
  ) {}

  onApplicationBootstrap(): void {
    const { redis } = this;
    if (!redis) return;
    if (redis.status === 'ready') void this.note(redis);
    else redis.once('ready', () => void this.note(redis));
  }

  private async note(redis: Redis): Promise<void> {
    const { id } = this.keys.current;
    const before = await redis.set(redisKeys.signingKey(), id, 'GET').catch(() => null);
    if (before !== null && before !== id) this.audit.write(undefined, 'keys.rotated', { keyId: id });
  }
}
