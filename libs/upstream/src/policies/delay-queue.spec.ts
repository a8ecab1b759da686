import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DelayQueue } from './delay-queue.ts';

/** Time passes, and what has come meanwhile is read. */
async function passes(ms: number): Promise<void> {
  jest.advanceTimersByTime(ms);
  await new Promise(setImmediate);
}

describe('a delay queue', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => void jest.useRealTimers());

  function queue() {
    const later = new DelayQueue();
    const ran: string[] = [];
    return { ran, add: (name: string, delayMs: number) => later.add(delayMs, () => void ran.push(name)) };
  }

  it('runs each thing after its time, and once', async () => {
    const { add, ran } = queue();
    add('first', 10);
    await passes(5);
    add('second', 10);
    await passes(4);
    expect(ran).toEqual([]);
    await passes(1);
    expect(ran).toEqual(['first']);
    await passes(4);
    expect(ran).toEqual(['first']);
    await passes(1_000);
    expect(ran).toEqual(['first', 'second']);
  });

  it('does not run what was taken away, and goes on with the rest', async () => {
    const { add, ran } = queue();
    const takeAway = add('first', 10);
    add('second', 10);
    takeAway();
    await passes(10);
    expect(ran).toEqual(['second']);
  });

  it('takes one timer, however much is in it, and none once it is empty', async () => {
    const { add, ran } = queue();
    for (let i = 0; i < 100; i += 1) add(String(i), 10 + i);
    expect(jest.getTimerCount()).toBe(1);
    await passes(50);
    expect(jest.getTimerCount()).toBe(1);
    await passes(200);
    expect([ran.length, jest.getTimerCount()]).toEqual([100, 0]);
  });

  it('runs what is added after it was empty', async () => {
    const { add, ran } = queue();
    add('first', 10);
    await passes(10);
    add('second', 10);
    await passes(10);
    expect(ran).toEqual(['first', 'second']);
  });

  it('waits for nothing that was taken away', async () => {
    const { add } = queue();
    add('first', 10);
    const takeAway = add('second', 1_000);
    takeAway();
    await passes(10);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps nothing of what was taken away beyond its time', async () => {
    const { add } = queue();
    const all = Array.from({ length: 100 }, (_, i) => add(String(i), 10));
    for (const takeAway of all) takeAway();
    await passes(10);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('runs no sooner than what was added before, even where it has less time', async () => {
    const { add, ran } = queue();
    add('first', 20);
    add('second', 5);
    await passes(19);
    expect(ran).toEqual([]);
    await passes(1);
    expect(ran).toEqual(['first', 'second']);
  });
});

it('reads what has come before it runs what is due', async () => {
  const [one, other] = await connected();
  const order: string[] = [];
  const read = once(one, 'data').then(() => order.push('read'));
  const ran = new Promise<void>((resolve) => {
    new DelayQueue().add(5, () => {
      order.push('ran');
      resolve();
    });
  });
  other.write('an answer');
  // It comes, and the time passes, while this process is busy with something else.
  const until = performance.now() + 30;
  while (performance.now() < until);
  await Promise.all([read, ran]);
  expect(order).toEqual(['read', 'ran']);
  one.destroy();
  other.destroy();
});

/** Both ends of a connection. */
async function connected(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const one = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[other]] = (await Promise.all([once(server, 'connection'), once(one, 'connect')])) as [[Socket], unknown];
  server.close();
  return [one, other];
}
