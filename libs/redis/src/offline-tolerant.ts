import type { Redis } from 'ioredis';
import { duplicateOf, pinged, refuseOtherDatabase, SILENCE_MS, subscriberOptions } from './open-redis.ts';

/** Commands never fail for lack of a connection: they are sent again. */
const OFFLINE_TOLERANT = { maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true };

/**
 * An offline-tolerant connection, for a library that expects commands never to fail: they wait until Redis is back.
 * Unhandled rejections of commands are caught, and `end` closes every connection that the library has duplicated from
 * it.
 * @param redis the connection of `openRedis`
 */
export function offlineTolerant(redis: Redis, silenceMs = SILENCE_MS): { redis: Redis; end: () => void } {
  const all: Redis[] = [];
  const made = (one: Redis): Redis => {
    all.push(pinged(one, silenceMs));
    const [send, duplicate] = [one.sendCommand.bind(one), one.duplicate.bind(one)];
    one.on('error', () => {});
    one.sendCommand = (...given) => {
      const answer = send(...given);
      if (answer instanceof Promise) answer.catch(() => {});
      return answer;
    };
    one.duplicate = (...given) => {
      const another = duplicate(...given);
      refuseOtherDatabase(another);
      return made(another);
    };
    return one;
  };
  const tolerant = made(duplicateOf(redis, { ...subscriberOptions(silenceMs), ...OFFLINE_TOLERANT }));
  return { redis: tolerant, end: () => all.forEach((one) => one.disconnect()) };
}
