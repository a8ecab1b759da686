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

/** Lets a key live longer that still has the value. */
const PROLONG =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0";

/** A lock that is held for as long as its owner runs. */
export interface Lock {
  /** Holds it for its time again. @returns whether it is still ours; false also where Redis does not answer */
  prolong(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Takes a lock as `takeLock` does, and prolongs it by itself until it is released, however long that takes. It is lost where the
 * process stands still for longer than `forMs`: `prolong` tells.
 */
export async function holdLock(
  redis: Pick<Redis, 'set' | 'eval'>,
  key: string,
  forMs: number,
): Promise<Lock | undefined> {
  const token = randomBytes(16).toString('base64url');
  if ((await redis.set(key, token, 'PX', forMs, 'NX')) !== 'OK') return undefined;
  const prolong = async () => {
    try {
      return (await redis.eval(PROLONG, 1, key, token, forMs)) === 1;
    } catch {
      return false;
    }
  };
  const timer = setInterval(() => void prolong(), forMs / 3).unref();
  return {
    prolong,
    async release() {
      clearInterval(timer);
      await redis.eval(RELEASE, 1, key, token);
    },
  };
}
