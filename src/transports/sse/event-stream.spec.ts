import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EventStream } from './event-stream.ts';
import { servedStreams } from './served-streams.fixture.ts';

/** How much a client may leave unread, in bytes. */
const MAX_HELD = 256 * 1024;
const CHUNK = 'x'.repeat(64 * 1024);

let served: Awaited<ReturnType<typeof servedStreams>>;
beforeAll(async () => void (served = await servedStreams()));
afterAll(() => served.close());
afterEach(() => void jest.useRealTimers());

/** Sockets keep their time; only what the stream waits for is faked. */
const fakeTimeouts = () =>
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance', 'Date'],
  });

async function open() {
  const { response, client } = await served.open();
  const events = new EventStream(response);
  const overs: string[] = [];
  events.onOver(() => void overs.push('over'));
  return { response, client, events, overs };
}

const passed = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms));

/** Sends until the buffers of the system are full and more than `bytes` stay in this process. */
async function fill({ events }: { events: EventStream }, bytes: number): Promise<void> {
  while (!events.isOver && events.heldBytes <= bytes) {
    events.send({ data: CHUNK });
    // The system takes what it has room for.
    await passed(5);
  }
}

describe('a stream of server-sent events', () => {
  it('begins with a delay after which clients reconnect, between 1 and 3 seconds, and has each event as WHATWG frames it', async () => {
    const { client, events } = await open();
    events.at('6-0');
    events.send({ id: '7-0', event: 'order', data: { id: 'o1' } });
    events.send({ data: 'written already' });
    events.beat();
    events.notify('back soon');
    events.end();
    const [retry, ...frames] = (await text(client)).split('\n\n');
    expect(Number(/^retry: (\d+)$/.exec(retry!)![1])).toBeGreaterThanOrEqual(1_000);
    expect(Number(/^retry: (\d+)$/.exec(retry!)![1])).toBeLessThanOrEqual(3_000);
    expect(frames).toEqual([
      'id: 6-0',
      'id: 7-0\nevent: order\ndata: {"id":"o1"}',
      'data: written already',
      ':',
      'event: broadcast\ndata: {"message":"back soon"}',
      '',
    ]);
  });

  it('counts what was sent without heartbeats, and keeps the last id where later events have none', async () => {
    const { events } = await open();
    events.send({ id: '7-0', data: {} });
    events.send({ data: {} });
    events.beat();
    expect(events).toMatchObject({ sent: 2, lastId: '7-0', isOver: false, endedBy: undefined });
    events.end();
  });

  it('ends once: with its last event and when to come back, and nothing after it', async () => {
    const { client, events, overs } = await open();
    events.end('shutdown', {}, 1234.5);
    events.end('end', { reason: 'operator' });
    events.send({ data: 'late' });
    events.beat();
    expect((await text(client)).split('\n\n').slice(1)).toEqual(['retry: 1235\nevent: shutdown\ndata: {}', '']);
    expect(overs).toEqual(['over']);
    expect(events).toMatchObject({ isOver: true, endedBy: 'shutdown', sent: 0 });
  });

  it('is over when its client leaves, and says so to later listeners at once', async () => {
    const { response, client, events, overs } = await open();
    client.destroy();
    await once(response, 'close');
    expect(overs).toEqual(['over']);
    expect(events.endedBy).toBeUndefined();
    let isNotified = false;
    events.onOver(() => void (isNotified = true));
    expect(isNotified).toBe(true);
  });

  it('is over from the start where the client had left before it began', async () => {
    const { response, client } = await served.open();
    client.destroy();
    await once(response, 'close');
    const events = new EventStream(response);
    expect(events.isOver).toBe(true);
    events.send({ data: 'to nobody' });
    expect(events.sent).toBe(0);
  });

  it('cuts a client off that does not take the last event within 5 seconds', async () => {
    const one = await open();
    await fill(one, CHUNK.length);
    fakeTimeouts();
    one.events.end('shutdown');
    jest.advanceTimersByTime(4_999);
    expect(one.response.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(one.response.destroyed).toBe(true);
  });
});

describe('a client that does not read', () => {
  it('is held 256 KiB and one event at maxBytes; then the stream overflows, and later events are dropped', async () => {
    const one = await open();
    await fill(one, MAX_HELD);
    const maxBytes = one.events.heldBytes;
    expect(one.events.isOver).toBe(false);
    one.events.send({ data: CHUNK });
    expect(one.events).toMatchObject({ isOver: true, endedBy: 'overflow' });
    expect(maxBytes).toBeGreaterThan(MAX_HELD);
    expect(maxBytes).toBeLessThan(MAX_HELD + 2 * CHUNK.length);
    const { heldBytes } = one.events;
    one.events.send({ data: CHUNK });
    expect(one.events.heldBytes).toBe(heldBytes);
    expect(one.overs).toEqual(['over']);
    const [, last] = /event: overflow\ndata: (.*)\n\n$/.exec(await text(one.client)) ?? [];
    expect(JSON.parse(last!)).toEqual({ heldBytes: maxBytes });
  });

  it('is ended by a heartbeat, too, where it holds too much', async () => {
    const one = await open();
    await fill(one, MAX_HELD);
    expect(one.events.isOver).toBe(false);
    one.events.beat();
    expect(one.events.endedBy).toBe('overflow');
  });

  it('pauses a producer that can wait, until it has read', async () => {
    const one = await open();
    expect(one.events.drained()).toBeUndefined();
    await fill(one, CHUNK.length);
    let isDrained = false;
    const drained = one.events.drained()!.then(() => (isDrained = true));
    await passed(20);
    expect(isDrained).toBe(false);
    one.client.resume();
    await drained;
    expect(one.events).toMatchObject({ heldBytes: 0, isOver: false });
    one.events.end();
  });

  it('pauses a producer no longer than it is connected', async () => {
    const one = await open();
    await fill(one, CHUNK.length);
    const drained = one.events.drained();
    one.client.destroy();
    await drained;
    expect(one.events.drained()).toBeUndefined();
  });

  it('pauses a producer for at most 30 seconds, and overflows then', async () => {
    const one = await open();
    await fill(one, CHUNK.length);
    fakeTimeouts();
    const drained = one.events.drained();
    jest.advanceTimersByTime(29_999);
    expect(one.events.endedBy).toBeUndefined();
    jest.advanceTimersByTime(1);
    expect(one.events.endedBy).toBe('overflow');
    jest.advanceTimersByTime(5_000);
    await drained;
    expect(one.response.destroyed).toBe(true);
  });
});
