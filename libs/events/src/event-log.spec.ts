import {
  type DomainEvent,
  EventLog,
  EventLogMemory,
  EventLogRedis,
  topic,
  traceOf,
  type PublishedEvent,
} from '#libs/events';
import { attachSpan, createLogger, inRequest, Recording } from '#libs/observe';
import { closeRedis, openRedis, type Redis } from '#libs/redis';
import { FaultProxy, ownRedisForTests, TEST_COMMAND_MS } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';

interface Remark extends DomainEvent {
  type: 'said';
  data: { n: number };
}
const news = topic<Remark>('news');
const others = topic<Remark>('others');
const remark = (n: number): Remark => ({ type: 'said', data: { n } });

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

/** Follows, and waits for a number of events. */
function following(eventLog: EventLog, of = news, lastSeen?: string) {
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

const kinds: [string, () => Promise<EventLog>][] = [['in memory', async () => new EventLogMemory()]];
if (!('skip' in redis)) kinds.push(['over Redis', overRedis]);

describe.each(kinds)('events, %s', (_, open) => {
  it('have the trace of the request that published them, and none where it is not exported', async () => {
    const eventLog = await open();
    const { all, until } = following(eventLog);
    const recording = new Recording({ requestId: 'r-1', name: 'POST', kind: 'server' }, () => {});
    const log = { requestId: 'r-1' };
    attachSpan(log, recording.root);
    inRequest(log, () => eventLog.publish(news, remark(1)));
    recording.isPropagated = recording.isSampled = true;
    inRequest(log, () => eventLog.publish(news, remark(2)));
    await until(2);
    const { traceparent } = recording.contextOf(recording.root)!;
    expect(all.map(({ event }) => traceOf(event))).toEqual([undefined, traceparent]);
    expect(JSON.stringify(all)).not.toContain(recording.traceId);
  });

  it('are delivered in order to all followers of their topic, and to no others', async () => {
    const eventLog = await open();
    const [one, two, other] = [following(eventLog), following(eventLog), following(eventLog, others)];
    for (let n = 0; n < 200; n += 1) eventLog.publish(news, remark(n));
    eventLog.publish(others, remark(1_000));
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    expect([await one.until(200), await two.until(200), await other.until(1)]).toEqual([
      numbers,
      numbers,
      [1_000],
    ]);
  });

  it('are replayed to a client that reconnects, without loss or duplicates', async () => {
    const eventLog = await open();
    const first = following(eventLog);
    for (let n = 0; n < 10; n += 1) eventLog.publish(news, remark(n));
    await first.until(10);
    first.stop();
    for (let n = 10; n < 20; n += 1) eventLog.publish(news, remark(n));
    const again = following(eventLog, news, first.all[5]!.id);
    eventLog.publish(news, remark(20));
    expect(await again.until(15)).toEqual(Array.from({ length: 15 }, (_, n) => n + 6));
    expect(again.hasGap).toBe(false);
    expect(first.all).toHaveLength(10);
  });

  it.each(['nothing', '', '-', '5', '99999999999999999999-1', `${Date.now() + 3_600_000}-0`])(
    'report possible gaps to a client that sends %p, which goes on after the newest',
    async (lastSeen) => {
      const eventLog = await open();
      const first = following(eventLog);
      eventLog.publish(news, remark(1));
      await first.until(1);
      const { hasGap, position } = following(eventLog, news, lastSeen);
      expect([hasGap, position]).toEqual([true, first.all[0]!.id]);
      eventLog.publish(news, remark(2));
      await first.until(2);
      const next = following(eventLog, news, position);
      expect([await next.until(1), next.hasGap]).toEqual([[2], false]);
    },
  );

  it('with the same key are one event, if published concurrently', async () => {
    const eventLog = await open();
    const follower = following(eventLog);
    for (let n = 0; n < 30; n += 1) {
      for (let time = 0; time < 100; time += 1) eventLog.publish(news, remark(n), `${_} many ${n}`);
    }
    expect(await follower.until(30)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(eventLog.report().dropped).toBe(0);
  });

  it('with the same key are one event', async () => {
    const eventLog = await open();
    const follower = following(eventLog);
    for (const key of ['a', 'a', 'b', 'a']) eventLog.publish(news, remark(key === 'a' ? 1 : 2), `${_} ${key}`);
    eventLog.publish(news, remark(3));
    expect(await follower.until(3)).toEqual([1, 2, 3]);
    // A repeated publish reports that no follower will receive it again.
    expect(eventLog.publish(news, remark(1), `${_} a`)).toBe(false);
    expect(eventLog.publish(news, remark(4), `${_} c`)).toBe(true);
  });
});

describe('events in memory', () => {
  it('report a gap to a client that was disconnected too long, or was connected to another process', () => {
    const eventLog = new EventLogMemory();
    const first = following(eventLog);
    for (let n = 0; n < 10_050; n += 1) eventLog.publish(news, remark(n));
    expect(following(eventLog, news, first.all[48]!.id).hasGap).toBe(true);
    const { hasGap, all } = following(eventLog, news, first.all[50]!.id);
    expect([hasGap, all.length]).toEqual([false, 9_999]);
    expect(following(new EventLogMemory(Date.now() + 10), news, first.all[10_000]!.id).hasGap).toBe(true);
  });
});

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

  it('are delivered though Redis is another one, whose clock is behind: also after the gap that clients are told of', async () => {
    const first = (await ownRedisForTests()) as { url: string; stop(): Promise<void> };
    const { port } = new URL(first.url);
    const other = await openRedis(first.url, createLogger('spec', 'silent'), TEST_COMMAND_MS);
    await new Promise<void>((resolve) => void other.once('ready', () => resolve()));
    const eventLog = await overRedis(first.url);
    const follower = following(eventLog);
    const ahead = `${Date.now() + 3_600_000}-0`;
    const fields = ['topic', 'news', 'event', JSON.stringify(remark(1)), 'key', 'ahead'];
    await other.xadd('spec:events', ahead, ...fields);
    await follower.until(1);
    expect(following(eventLog, news, ahead).hasGap).toBe(false);
    await closeRedis(other);
    await first.stop();
    const second = (await ownRedisForTests(Number(port))) as { stop(): Promise<void> };
    opened.push(() => second.stop());
    eventLog.publish(news, remark(2));
    expect(await follower.until(2)).toEqual([1, 2]);
    const { hasGap, position } = following(eventLog, news, ahead);
    expect(hasGap).toBe(true);
    eventLog.publish(news, remark(3));
    await follower.until(3);
    expect(await following(eventLog, news, position).until(1)).toEqual([3]);
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
