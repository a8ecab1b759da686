import type { Redis } from 'ioredis';
import { SUBSCRIBER } from './open-redis.ts';

/** Nothing fails for want of a connection: it is sent again. */
const PATIENT = { ...SUBSCRIBER, maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true };

/**
 * A connection for a library that expects one which never fails: commands wait until Redis is back. Nobody need look at what
 * becomes of a command, and ending it ends those that the library has made of it.
 * @param redis what `openRedis` gave
 */
export function patientOf(redis: Redis): { redis: Redis; end: () => void } {
  const all: Redis[] = [];
  const made = (one: Redis): Redis => {
    all.push(one);
    const [send, duplicate] = [one.sendCommand.bind(one), one.duplicate.bind(one)];
    one.on('error', () => {});
    one.sendCommand = (...given) => {
      const answer = send(...given);
      if (answer instanceof Promise) answer.catch(() => {});
      return answer;
    };
    one.duplicate = (...given) => made(duplicate(...given));
    return one;
  };
  const patient = made(redis.duplicate(PATIENT));
  return { redis: patient, end: () => all.forEach((one) => one.disconnect()) };
}
