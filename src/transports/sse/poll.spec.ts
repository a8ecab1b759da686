import { get } from 'node:http';
import { openStreamsOf } from '#gateway/edge/streams/open-streams.fixture';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { StreamConnection } from '#gateway/edge/streams/open-streams';
import { poll } from './poll.ts';
import type { Subscription, Subscriber } from './stream-responder.ts';

const MAX_PER_CALLER = 3;
const { streams, stop } = openStreamsOf({ MAX_STREAMS_PER_CALLER: `${MAX_PER_CALLER}` });
let served: Served;
let waitMs = 0;
/** How often the feed of a poll was stopped. */
let stopped = 0;
/** Given the sink of each poll once its feed begins. */
let begun: (subscriber: Subscriber) => void = () => {};
const subscription: Subscription = (subscriber) => {
  begun(subscriber);
  return () => void (stopped += 1);
};

beforeAll(async () => {
  served = await serve((server) => {
    server.get('/poll', (request, reply) => poll(request, reply, waitMs, subscription, streams));
  });
});
afterAll(async () => {
  stop();
  await served.stop();
});
beforeEach(() => {
  // Sockets keep their time; only what a poll waits for is faked.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
  [waitMs, stopped] = [20_000, 0];
});
afterEach(() => void jest.useRealTimers());

/** Polls; resolves once its feed has begun. */
async function polled(headers: Record<string, string> = {}) {
  const beginning = new Promise<Subscriber>((resolve) => (begun = resolve));
  const answer = fetch(`${served.url}/poll`, { headers });
  return { subscriber: await beginning, answer };
}

const turns = async (count = 20) => {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
};

describe('a poll', () => {
  it('waits for the first event, and is answered with all that come together with it', async () => {
    const { subscriber, answer } = await polled();
    await turns();
    expect(streams.report(1)).toMatchObject({ open: 1, byRoute: { '/poll': 1 } });
    subscriber.send({ id: '1-0', event: 'order', data: { id: 'o1' } });
    subscriber.send({ data: { id: 'o2' } });
    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(await response.json()).toEqual({
      events: [{ id: '1-0', event: 'order', data: { id: 'o1' } }, { data: { id: 'o2' } }],
    });
    expect(streams.report(1).open).toBe(0);
  });

  it('has the id of the last event that has one as its ETag; 304 where its client has seen that one', async () => {
    const first = await polled();
    first.subscriber.send({ id: '1-0', data: {} });
    first.subscriber.send({ id: '2-0', data: {} });
    first.subscriber.send({ data: {} });
    expect((await first.answer).headers.get('etag')).toBe('"2-0"');
    const second = await polled({ 'if-none-match': '"2-0"' });
    second.subscriber.send({ id: '2-0', data: {} });
    expect((await second.answer).status).toBe(304);
  });

  it('is answered with 204 where nothing comes in time, and counts as complete', async () => {
    const before = streams.counts.ended.get('complete')!;
    const { answer } = await polled();
    await turns();
    jest.advanceTimersByTime(19_999);
    await turns();
    expect(streams.report(1).open).toBe(1);
    jest.advanceTimersByTime(1);
    expect((await answer).status).toBe(204);
    expect(streams.counts.ended.get('complete')).toBe(before + 1);
  });

  it('that wants not to wait waits 250 ms for what is there already', async () => {
    waitMs = 0;
    const { subscriber, answer } = await polled();
    await turns();
    jest.advanceTimersByTime(249);
    await turns();
    subscriber.send({ data: {} });
    expect((await answer).status).toBe(200);
  });

  it('waits for all that had happened before it began, and not for what comes after', async () => {
    const { subscriber, answer } = await polled();
    subscriber.behind!();
    subscriber.send({ id: '1-0', data: {} });
    await turns();
    expect(streams.report(1).open).toBe(1);
    subscriber.send({ id: '2-0', data: {} });
    subscriber.caughtUp!();
    expect(await (await answer).json()).toMatchObject({ events: [{ id: '1-0' }, { id: '2-0' }] });
  });

  it('waits for what had happened no longer than a second', async () => {
    const { subscriber, answer } = await polled();
    subscriber.behind!();
    subscriber.send({ id: '1-0', data: {} });
    jest.advanceTimersByTime(999);
    await turns();
    expect(streams.report(1).open).toBe(1);
    jest.advanceTimersByTime(1);
    expect((await answer).status).toBe(200);
  });

  it('is answered with 1000 events at most, the oldest', async () => {
    const { subscriber, answer } = await polled();
    for (let n = 1; n <= 1_005; n += 1) subscriber.send({ id: `${n}-0`, data: {} });
    const response = await answer;
    expect(response.headers.get('etag')).toBe('"1000-0"');
    expect(((await response.json()) as { events: object[] }).events).toHaveLength(1_000);
  });

  it('leaves its feed open for 5 seconds, so that the next poll need not begin it anew', async () => {
    const { subscriber, answer } = await polled();
    subscriber.send({ data: {} });
    await answer;
    jest.advanceTimersByTime(4_999);
    expect(stopped).toBe(0);
    jest.advanceTimersByTime(1);
    expect(stopped).toBe(1);
  });

  it('whose client leaves stops its feed at once, and ends by the client', async () => {
    const before = streams.counts.ended.get('client')!;
    const beginning = new Promise<Subscriber>((resolve) => (begun = resolve));
    const request = get(`${served.url}/poll`).on('error', () => {});
    await beginning;
    request.destroy();
    while (!stopped) await turns(1);
    expect(streams.counts.ended.get('client')).toBe(before + 1);
    expect(streams.report(1).open).toBe(0);
  });

  it('is ended early by a feed that has no more', async () => {
    const { subscriber, answer } = await polled();
    subscriber.end('end', { reason: 'complete' });
    expect((await answer).status).toBe(204);
  });

  it('that the shutdown ends is answered with it, and when to poll again: 204 would mean that there is no more', async () => {
    const before = streams.counts.ended.get('shutdown')!;
    const { subscriber, answer } = await polled();
    (subscriber as StreamConnection & Subscriber).end('shutdown', {}, 1_234.5);
    const response = await answer;
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ events: [{ event: 'shutdown', data: {}, retry: 1_235 }] });
    expect(streams.counts.ended.get('shutdown')).toBe(before + 1);
  });

  it('that the end of its session ends is answered with the reason, after the events that had come', async () => {
    const { subscriber, answer } = await polled({ 'if-none-match': '"1-0"' });
    subscriber.behind!();
    subscriber.send({ id: '1-0', data: {} });
    subscriber.end('end', { reason: 'logout' });
    const response = await answer;
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"1-0"']);
    expect(await response.json()).toEqual({
      events: [
        { id: '1-0', data: {} },
        { event: 'end', data: { reason: 'logout' } },
      ],
    });
  });

  it('is refused as any stream where there are too many', async () => {
    const all: Awaited<ReturnType<typeof polled>>[] = [];
    for (let n = 0; n < MAX_PER_CALLER; n += 1) all.push(await polled());
    const refused = await fetch(`${served.url}/poll`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    for (const { subscriber } of all) subscriber.end();
    await Promise.all(all.map(({ answer }) => answer));
  });
});
