import { describe, expect, it } from '@jest/globals';
import { iterate, saidBy } from './iterate.ts';
import type { Sink } from './stream-door.ts';

/** A feed that its spec tells what to send. */
function aFeed() {
  const seen = { stops: 0 };
  let sink!: Sink;
  const events = iterate((to) => {
    sink = to;
    return () => void (seen.stops += 1);
  });
  return { events, sink, seen };
}

const over = { value: undefined, done: true };

describe('the events of a feed, iterated', () => {
  it('come in their order, those sent before they were read, too', async () => {
    const { events, sink } = aFeed();
    sink.send({ data: 'a' });
    sink.send({ data: 'b' });
    expect((await events.next()).value).toEqual({ data: 'a' });
    expect((await events.next()).value).toEqual({ data: 'b' });
    const third = events.next();
    sink.send({ data: 'c' });
    expect(await third).toEqual({ value: { data: 'c' }, done: false });
  });

  it('end after what was sent when the feed ends, which stops it', async () => {
    const { events, sink, seen } = aFeed();
    sink.send({ data: 'a' });
    sink.end();
    sink.send({ data: 'late' });
    expect((await events.next()).value).toEqual({ data: 'a' });
    expect(await events.next()).toEqual(over);
    expect(seen.stops).toBeGreaterThan(0);
  });

  it('end at once for who waits for one and wants no more', async () => {
    const { events, seen } = aFeed();
    const waiting = events.next();
    await events.return!();
    expect(await waiting).toEqual(over);
    expect(seen.stops).toBeGreaterThan(0);
  });

  it('are none where there is no feed', async () => {
    expect(await iterate(undefined).next()).toEqual(over);
  });

  it('are 1001 at most that wait: who reads no faster gets those, and then the end', async () => {
    const { events, sink } = aFeed();
    for (let n = 0; n < 2_000; n += 1) sink.send({ data: `${n}` });
    let read = 0;
    for await (const _ of events) read += 1;
    expect(read).toBe(1_001);
  });
});

describe('what events say', () => {
  it('leaves out events that say nothing, and stops the feed with the reader', async () => {
    const { events, sink, seen } = aFeed();
    const said = saidBy(events, ({ event, data }) => (event === 'order' ? data : undefined));
    sink.send({ event: 'other', data: 'a' });
    sink.send({ event: 'order', data: 'b' });
    expect(await said.next()).toEqual({ value: 'b', done: false });
    const waiting = said.next();
    await said.return!();
    expect(await waiting).toEqual(over);
    expect(seen.stops).toBeGreaterThan(0);
  });
});
