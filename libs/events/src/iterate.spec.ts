import { type EventSubscriber, filterMap, iterate } from '#libs/events';
import { describe, expect, it } from '@jest/globals';

interface Tick {
  type: 'tick';
  data: { at: number };
}
const tick = (at: number): Tick => ({ type: 'tick', data: { at } });

function aSubscription() {
  const state = { isOpen: false, subscriber: undefined as EventSubscriber<Tick> | undefined };
  const subscription = (subscriber: EventSubscriber<Tick>) => {
    Object.assign(state, { isOpen: true, subscriber });
    return () => void (state.isOpen = false);
  };
  return { state, events: iterate(subscription) };
}

describe('the events of a subscription as an iterator', () => {
  it('are returned in order with their ids, also those sent before the first read, until the subscription ends', async () => {
    const { state, events } = aSubscription();
    state.subscriber!.send(tick(1), '1');
    const first = events.next();
    const second = events.next();
    state.subscriber!.send(tick(2));
    expect(await first).toEqual({ value: { id: '1', event: tick(1) }, done: false });
    expect(await second).toEqual({ value: { id: undefined, event: tick(2) }, done: false });
    const last = events.next();
    state.subscriber!.end('complete');
    expect(await last).toMatchObject({ done: true });
    expect(state.isOpen).toBe(false);
  });

  it('end the subscription if the consumer returns while waiting', async () => {
    const { state, events } = aSubscription();
    const pending = events.next();
    await events.return!();
    expect([state.isOpen, (await pending).done]).toEqual([false, true]);
    state.subscriber!.send(tick(1));
    expect(await events.next()).toMatchObject({ done: true });
  });

  it('end if a thousand are queued because the consumer reads too slowly', async () => {
    const { state, events } = aSubscription();
    for (let at = 0; at < 2_000; at += 1) state.subscriber!.send(tick(at));
    let count = 0;
    for await (const { event } of events) expect(event.data.at).toBe(count++);
    expect([count, state.isOpen]).toEqual([1_001, false]);
  });

  it('are empty without a subscription', async () => {
    expect(await iterate(undefined).next()).toMatchObject({ done: true });
  });

  it('are mapped, without those mapped to undefined, and the map passes `return` on', async () => {
    const { state, events } = aSubscription();
    const odd = filterMap(events, ({ event: { data } }) => (data.at % 2 ? data.at : undefined));
    for (const at of [1, 2, 3]) state.subscriber!.send(tick(at));
    expect([(await odd.next()).value, (await odd.next()).value]).toEqual([1, 3]);
    const pending = odd.next();
    await odd.return!();
    expect([(await pending).done, state.isOpen]).toEqual([true, false]);
  });
});
