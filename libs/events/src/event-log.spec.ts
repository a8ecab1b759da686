import { type EventLog, EventLogMemory, traceOf } from '#libs/events';
import { attachSpan, inRequest, Recording } from '#libs/observe';
import { describe, expect, it } from '@jest/globals';
import { following, news, others, redisOfLogs, remark } from './event-log.fixture.ts';

const { redis, overRedis } = await redisOfLogs();

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
