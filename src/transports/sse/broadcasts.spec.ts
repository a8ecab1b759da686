import { openStreamsOf } from '#gateway/edge/streams/open-streams.fixture';
import { EventLogMemory, EventLogRedis } from '#libs/events';
import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Broadcasts } from './broadcasts.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Somebody in each of the audiences, at one gateway. */
function someStreams() {
  const { open, streams, stop } = openStreamsOf();
  stops.push(stop);
  return {
    streams,
    u1: open({ id: 'u1', scopes: ['orders'] }, '192.0.2.1', '/v1/events'),
    u1AtChat: open({ id: 'u1', scopes: ['orders'] }, '192.0.2.1', '/socket.io'),
    operator: open({ id: 'u2', scopes: ['admin'] }, '192.0.2.2', '/v1/events'),
    anybody: open({ scopes: [] }, '192.0.2.3', '/v1/events'),
  };
}

describe('a broadcast', () => {
  it.each([
    [{}, ['u1', 'u1AtChat', 'operator', 'anybody']],
    [{ userId: 'u1' }, ['u1', 'u1AtChat']],
    [{ scope: 'admin' }, ['operator']],
    [{ route: '/socket.io' }, ['u1AtChat']],
    [{ userId: 'u1', route: '/v1/events' }, ['u1']],
    [{ userId: 'u1', scope: 'admin' }, []],
  ])('to %j reaches %j, and says how many', async (audience, meant) => {
    const { streams, ...connections } = someStreams();
    const broadcasts = new Broadcasts(new EventLogMemory(), streams, null);
    expect(await broadcasts.send('back soon', audience)).toBe(meant.length);
    const reached = Object.entries(connections).filter(([, { messages }]) => messages.includes('back soon'));
    expect(reached.map(([name]) => name)).toEqual(meant);
  });

  it('does not count streams whose protocol has no words for it', async () => {
    const { streams, u1 } = someStreams();
    u1.notify = () => false;
    expect(await new Broadcasts(new EventLogMemory(), streams, null).send('back soon', { userId: 'u1' })).toBe(1);
  });

  it('reaches nobody at a gateway that has stopped', async () => {
    const { streams, u1 } = someStreams();
    const broadcasts = new Broadcasts(new EventLogMemory(), streams, null);
    broadcasts.onApplicationShutdown();
    expect(await broadcasts.send('back soon', {})).toBe(0);
    expect(u1.messages).toEqual([]);
  });
});

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;

onRedis('a broadcast of two gateways', () => {
  const { url, stop } = server as { url: string; stop(): Promise<void> };
  const connections = redisConnections();
  afterAll(async () => {
    await connections.close();
    await stop();
  });

  it('reaches the streams of both, and says how many in all', async () => {
    const gatewayOf = async () => {
      const redis = await connections.connected(url);
      const eventLog = new EventLogRedis(redis, 'spec:events');
      stops.push(() => void eventLog.close());
      const some = someStreams();
      return { ...some, broadcasts: new Broadcasts(eventLog, some.streams, redis) };
    };
    const [one, other] = [await gatewayOf(), await gatewayOf()];
    expect(await one.broadcasts.send('back soon', { userId: 'u1' })).toBe(4);
    expect([one.u1.messages, other.u1.messages]).toEqual([['back soon'], ['back soon']]);
    expect(other.operator.messages).toEqual([]);
  });
});
