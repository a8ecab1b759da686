import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Deletes a key that still has the value: somebody else's is left alone. */
const RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/**
 * Takes a lock, so that one of many does a thing (`SET NX PX` with a token of the owner; Redis documentation, "Distributed
 * Locks"). It saves work, and guarantees nothing: who is paused for longer than `forMs`, or whose Redis fails over,
 * goes on without knowing that another has the lock. What must not happen twice needs a fencing token, or a store that
 * refuses it.
 * @param forMs after so long it is free again, whatever becomes of its owner, in milliseconds
 * @returns releases it; undefined where somebody has it. Throws what the connection throws
 */
export async function takeLock(
  redis: Pick<Redis, 'set' | 'eval'>,
  key: string,
  forMs: number,
): Promise<(() => Promise<void>) | undefined> {
  const token = randomBytes(16).toString('base64url');
  if ((await redis.set(key, token, 'PX', forMs, 'NX')) !== 'OK') return undefined;
  return async () => void (await redis.eval(RELEASE, 1, key, token));
}
