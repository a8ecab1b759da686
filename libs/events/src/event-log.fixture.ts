import { type DomainEvent, type EventLog, EventLogRedis, topic, type PublishedEvent } from '#libs/events';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis, type Redis } from '#libs/redis';
import { ownRedisForTests, TEST_COMMAND_MS } from '#libs/testing';
import { afterAll, afterEach } from '@jest/globals';

interface Remark extends DomainEvent {
  type: 'said';
  data: { n: number };
}
export const news = topic<Remark>('news');
export const others = topic<Remark>('others');
export const remark = (n: number): Remark => ({ type: 'said', data: { n } });

/** A Redis for the logs of a suite, which are closed after each test, as is what is added to `opened`. */
export async function redisOfLogs() {
  const redis = await ownRedisForTests();
  afterAll(() => ('skip' in redis ? undefined : redis.stop()));
  const opened: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
  });

  async function overRedis(url = (redis as { url: string }).url): Promise<EventLog> {
    const connection: Redis = await openRedis(url, createLogger('spec', 'silent'), TEST_COMMAND_MS);
    await new Promise<void>((resolve) => void connection.once('ready', () => resolve()));
    const eventLog = new EventLogRedis(connection, 'spec:events');
    opened.push(async () => {
      await eventLog.close();
      await closeRedis(connection);
    });
    return eventLog;
  }
  return { redis, opened, overRedis };
}

/** Follows, and waits for a number of events. */
export function following(eventLog: EventLog, of = news, lastSeen?: string) {
  const all: PublishedEvent<Remark>[] = [];
  let heard = () => {};
  const { hasGap, position, stop } = eventLog.follow(of, lastSeen, (published) => {
    all.push(published);
    heard();
  });
  const until = async (count: number) => {
    while (all.length < count) await new Promise<void>((resolve) => (heard = resolve));
    return all.map(({ event }) => event.data.n);
  };
  return { all, until, hasGap, position, stop };
}

/** The position of a log, once it has read its stream. */
export async function positionOf(eventLog: EventLog): Promise<string> {
  for (;;) {
    const { position, stop } = following(eventLog);
    stop();
    if (position !== undefined) return position;
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
}
