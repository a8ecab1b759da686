import { EventLogRedis } from '#libs/events';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis } from '#libs/redis';
import { FaultProxy, ownRedisForTests, TEST_COMMAND_MS } from '#libs/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { following, news, others, positionOf, redisOfLogs, remark } from './event-log.fixture.ts';

const { redis, opened, overRedis } = await redisOfLogs();
const onRedis = 'skip' in redis ? describe.skip : describe;

onRedis('events of several processes', () => {
  it('are delivered in the same order by every process, also to a client that moves between them', async () => {
    const [one, other] = [await overRedis(), await overRedis()];
    const [here, there] = [following(one), following(other)];
    for (let n = 0; n < 50; n += 1) (n % 2 ? one : other).publish(news, remark(n));
    await Promise.all([here.until(50), there.until(50)]);
    expect(there.all).toEqual(here.all);
    const third = await overRedis();
    const fresh = following(third);
    one.publish(news, remark(50));
    await fresh.until(1);
    const moved = following(third, news, here.all[9]!.id);
    expect(await moved.until(41)).toHaveLength(41);
    expect(moved.hasGap).toBe(false);
    // Events before the subscription are not delivered.
    expect(fresh.all.map(({ event }) => event.data.n)).toEqual([50]);
  });

  it.each([-8, 8])(
    'are new since the start of a process whose clock is %p hours off that of Redis',
    async (hours) => {
      const one = await overRedis();
      const before = following(one);
      one.publish(news, remark(1));
      await before.until(1);
      const now = Date.now;
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3_600_000);
      try {
        const late = await overRedis();
        const fresh = following(late);
        late.publish(news, remark(2));
        expect(await fresh.until(1)).toEqual([2]);
      } finally {
        clock.mockRestore();
      }
    },
  );

  it('are buffered while Redis is unavailable, and delivered when it is available again', async () => {
    const first = (await ownRedisForTests()) as { url: string; stop(): Promise<void> };
    const eventLog = await overRedis(first.url);
    const follower = following(eventLog);
    eventLog.publish(news, remark(1));
    await follower.until(1);
    await first.stop();
    eventLog.publish(news, remark(2));
    const second = (await ownRedisForTests(Number(new URL(first.url).port))) as { stop(): Promise<void> };
    opened.push(() => second.stop());
    expect((await follower.until(2)).at(-1)).toBe(2);
  });

  /** A process that has heard 1, whose id is ahead by this time, when another Redis with a right clock takes the place of its own. */
  async function heardFromAhead(aheadMs: number) {
    const first = (await ownRedisForTests()) as { url: string; stop(): Promise<void> };
    const other = await openRedis(first.url, createLogger('spec', 'silent'), TEST_COMMAND_MS);
    await new Promise<void>((resolve) => void other.once('ready', () => resolve()));
    const eventLog = await overRedis(first.url);
    const follower = following(eventLog);
    const ahead = `${Date.now() + aheadMs}-0`;
    const fields = ['topic', 'news', 'event', JSON.stringify(remark(1)), 'key', 'ahead'];
    await other.xadd('spec:events', ahead, ...fields);
    await follower.until(1);
    expect(following(eventLog, news, ahead).hasGap).toBe(false);
    await closeRedis(other);
    await first.stop();
    const second = (await ownRedisForTests(Number(new URL(first.url).port))) as { stop(): Promise<void> };
    opened.push(() => second.stop());
    return { eventLog, follower, ahead };
  }

  it('are delivered though Redis is another one, whose clock is behind: also after the gap that clients are told of', async () => {
    const { eventLog, follower, ahead } = await heardFromAhead(3_600_000);
    eventLog.publish(news, remark(2));
    expect(await follower.until(2)).toEqual([1, 2]);
    const { hasGap, position } = following(eventLog, news, ahead);
    expect(hasGap).toBe(true);
    eventLog.publish(news, remark(3));
    await follower.until(3);
    expect(await following(eventLog, news, position).until(1)).toEqual([3]);
  });

  it('are delivered though Redis is another one, whose clock is a few seconds behind', async () => {
    const { eventLog, follower, ahead } = await heardFromAhead(4_000);
    eventLog.publish(news, remark(2));
    expect(await follower.until(2)).toEqual([1, 2]);
    // What follows it is earlier.
    expect(following(eventLog, news, ahead).hasGap).toBe(true);
  });

  it('may be missing for clients whose position is of a Redis that has lost them, not for those who move between gateways', async () => {
    const [one, other] = await Promise.all([overRedis(), overRedis()]);
    const follower = following(one);
    one.publish(news, remark(1));
    await follower.until(1);
    const known = follower.all[0]!.id;
    const client = await openRedis(
      (redis as { url: string }).url,
      createLogger('spec', 'silent'),
      TEST_COMMAND_MS,
    );
    opened.push(() => closeRedis(client));
    await new Promise<void>((resolve) => void client.once('ready', () => resolve()));
    await client.del('spec:events');
    const empty = await overRedis();
    const beginning = await positionOf(empty);
    expect(following(empty, news, known).hasGap).toBe(true);
    const late = await overRedis();
    await positionOf(late);
    // Nothing was published since: the position of one gateway is good at the next.
    expect(following(late, news, beginning).hasGap).toBe(false);
    expect(following(late, news, known).hasGap).toBe(true);
    late.publish(news, remark(2));
    await following(late, news, beginning).until(1);
    const latest = await overRedis();
    await positionOf(latest);
    expect(following(latest, news, known).hasGap).toBe(true);
    expect(await following(latest, news, beginning).until(1)).toEqual([2]);
    // The stream of gateways that ran on through the loss began with an event of theirs.
    await client.del('spec:events');
    const later = following(other, others);
    other.publish(others, remark(3));
    await later.until(1);
    const last = await overRedis();
    await positionOf(last);
    expect(following(last, news, known).hasGap).toBe(true);
  });

  it('are delivered though the connection to Redis was lost without notice', async () => {
    const proxy = await FaultProxy.open({ target: new URL((redis as { url: string }).url).host });
    opened.push(() => proxy.close());
    const [here, elsewhere] = [await overRedis(`redis://${proxy.address}`), await overRedis()];
    const follower = following(here);
    elsewhere.publish(news, remark(1));
    await follower.until(1);
    proxy.loseConnections();
    elsewhere.publish(news, remark(2));
    expect((await follower.until(2)).at(-1)).toBe(2);
  });

  it('stop when the log is closed, even if Redis stays unavailable', async () => {
    const server = (await ownRedisForTests()) as { url: string; stop(): Promise<void> };
    const connection = await openRedis(server.url, createLogger('spec', 'silent'));
    await new Promise<void>((resolve) => void connection.once('ready', () => resolve()));
    const eventLogs = Array.from({ length: 12 }, () => new EventLogRedis(connection, 'spec:events'));
    await server.stop();
    for (let tries = 0; tries < 5; tries += 1)
      await new Promise<void>((resolve) => void connection.once('reconnecting', () => resolve()));
    // Readers wait, retry, and await replies: each is closed in another of these states.
    for (const eventLog of eventLogs) {
      await new Promise((resolve) => void setTimeout(resolve, 70));
      await expect(eventLog.close()).resolves.toBeUndefined();
    }
    await closeRedis(connection);
  });
});
