import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { defineScript } from './script.ts';

/** Deletes a key only if it still has the value: another owner's lock is left alone. */
const releaseScript = defineScript(
  'releaseLock',
  1,
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0",
);

/**
 * Sets a key unless it is there. What Redis sets all the same, after its answer was due, is given back.
 * @param token that nobody else sets
 * @param forMs when it expires by itself, in milliseconds
 * @returns undefined if it was set, else its value
 * @throws what the connection throws
 */
export async function claimKey(
  redis: Redis,
  key: string,
  token: string,
  forMs: number,
): Promise<string | undefined> {
  try {
    return (await redis.set(key, token, 'PX', forMs, 'NX', 'GET')) ?? undefined;
  } catch (error) {
    releaseScript(redis, [key], token).catch(() => undefined);
    throw error;
  }
}

/**
 * Takes a lock (`SET NX PX` with an owner token; Redis documentation, "Distributed Locks") so that one of many does
 * the work. It saves work but guarantees nothing: an owner that is paused for longer than `forMs`, or whose Redis
 * fails over, does not notice that another has the lock. What must not happen twice needs a fencing token.
 * @param forMs when it expires by itself, in milliseconds
 * @returns releases it; undefined if another owner has it
 * @throws what the connection throws
 */
export async function takeLock(
  redis: Redis,
  key: string,
  forMs: number,
): Promise<(() => Promise<void>) | undefined> {
  const token = randomBytes(16).toString('base64url');
  if ((await claimKey(redis, key, token, forMs)) !== undefined) return undefined;
  return async () => void (await releaseScript(redis, [key], token));
}

/** Extends a key's expiry only if it still has the value. */
const prolongScript = defineScript(
  'prolongLock',
  1,
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0",
);

/** A lock that is held as long as its owner runs. */
export interface Lock {
  /** Extends the lock. @returns whether it is still ours; false also if Redis does not answer */
  prolong(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Takes a lock as `takeLock` does, and extends it until it is released. It is lost if the process stops for longer
 * than `forMs`: `prolong` then returns false.
 */
export async function holdLock(redis: Redis, key: string, forMs: number): Promise<Lock | undefined> {
  const token = randomBytes(16).toString('base64url');
  if ((await claimKey(redis, key, token, forMs)) !== undefined) return undefined;
  const prolong = async () => {
    try {
      return (await prolongScript(redis, [key], token, forMs)) === 1;
    } catch {
      return false;
    }
  };
  const timer = setInterval(() => void prolong(), forMs / 3).unref();
  return {
    prolong,
    async release() {
      clearInterval(timer);
      await releaseScript(redis, [key], token);
    },
  };
}
