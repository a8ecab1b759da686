import { type DomainEvent, EventLog, EventLogMemory, topic } from '#libs/events';
import { describe, expect, it } from '@jest/globals';
import { subscribeTo } from './subscribe-to.ts';

const news = topic<DomainEvent>('news');

/** A log over a Redis that has not been reached yet. */
class Unread extends EventLog {
  constructor() {
    super([Infinity, 0]);
  }
  override publish = () => true;
  override async close(): Promise<void> {}
}

/** What a subscriber receives, in order. */
function receivedBy(eventLog: EventLog, lastSeen: string | undefined): unknown[] {
  const all: unknown[] = [];
  const note =
    (what: string) =>
    (...given: unknown[]) =>
      void all.push([what, ...given]);
  subscribeTo(
    eventLog,
    news,
    lastSeen,
  )({
    send: note('send'),
    at: note('at'),
    behind: note('behind'),
    caughtUp: note('caughtUp'),
    end: note('end'),
  })();
  return all;
}

describe('a subscription', () => {
  it('begins with the gap after an unknown position, and where to go on', () => {
    const eventLog = new EventLogMemory();
    eventLog.publish(news, { type: 'said', data: {} });
    const gap = { type: 'gap', data: { lastEventId: 'x' } };
    expect(receivedBy(eventLog, 'x')).toEqual([['send', gap, expect.stringMatching(/^\d+-0$/)]]);
  });

  it('tells a client that has seen no event where it is, so that it misses none that comes while it is away', () => {
    const eventLog = new EventLogMemory();
    eventLog.publish(news, { type: 'said', data: {} });
    const [[, position]] = receivedBy(eventLog, undefined) as [[string, string]];
    expect(receivedBy(eventLog, undefined)).toEqual([['at', expect.stringMatching(/^\d+-0$/)]]);
    eventLog.publish(news, { type: 'said', data: { n: 2 } });
    expect(receivedBy(eventLog, position)).toEqual([
      ['send', { type: 'said', data: { n: 2 } }, expect.any(String)],
    ]);
    expect(receivedBy(new Unread(), undefined)).toEqual([]);
  });

  it('keeps polls waiting for a moment where nobody knows yet where to go on: they would ask at once', () => {
    const gap = { type: 'gap', data: { lastEventId: '1-0' } };
    expect(receivedBy(new Unread(), '1-0')).toEqual([['behind'], ['send', gap, undefined]]);
  });
});
