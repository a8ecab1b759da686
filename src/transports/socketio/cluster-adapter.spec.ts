import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis, type Redis } from '#libs/redis';
import { ownRedisForTests, TEST_COMMAND_MS } from '#libs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { clusterAdapter } from './cluster-adapter.ts';

const STREAM = 'atrium:sockets';
const first = await ownRedisForTests();
const onRedis = 'skip' in first ? describe.skip : describe;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const connected = async (url: string): Promise<Redis> => {
  const redis = await openRedis(url, createLogger('spec', 'silent'), TEST_COMMAND_MS);
  closing.push(() => closeRedis(redis));
  if (redis.status !== 'ready') await once(redis, 'ready');
  return redis;
};

/** A gateway's server of sockets. */
async function serving(redis: Redis): Promise<{ server: Server; url: string }> {
  const { adapter, end } = await clusterAdapter(redis);
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server = new Server(http, { adapter, connectionStateRecovery: {} });
  closing.push(async () => {
    await server.close();
    end();
  });
  return { server, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

/** A client, and what it hears. */
async function listening(url: string): Promise<{ heard: number[]; until: (count: number) => Promise<number[]> }> {
  const socket: Socket = io(url, { transports: ['websocket'] });
  closing.push(() => socket.disconnect());
  const heard: number[] = [];
  socket.on('said', (n: number) => heard.push(n));
  await once(socket as never, 'connect');
  const until = async (count: number) => {
    while (heard.length < count) await new Promise((resolve) => void socket.once('said', resolve));
    return heard;
  };
  return { heard, until };
}

onRedis('sockets of several gateways hear each other, each message once', () => {
  const { url, stop } = first as { url: string; stop(): Promise<void> };

  /** Two gateways and a client of the second, which has heard 1 and then 2, whose id is an hour ahead. */
  async function heardFromAhead() {
    const redis = await connected(url);
    const [one, other] = [await serving(redis), await serving(redis)];
    const client = await listening(other.url);
    one.server.emit('said', 1);
    await client.until(1);
    const [[id, fields]] = (await redis.xrevrange(STREAM, '+', '-', 'COUNT', 1)) as [[string, string[]]];
    const another = fields.map((field) => field.replace('["said",1', '["said",2'));
    const ahead = `${Date.now() + 3_600_000}-0`;
    await redis.xadd(STREAM, ahead, ...another);
    await client.until(2);
    return { redis, one, client, id, ahead };
  }

  it('though a replica has taken over that lacks the last one', async () => {
    const { redis, one, client, id, ahead } = await heardFromAhead();
    await redis.xdel(STREAM, ahead);
    await redis.call('XSETID', STREAM, id);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    one.server.emit('said', 3);
    one.server.emit('said', 4);
    expect(await client.until(4)).toEqual([1, 2, 3, 4]);
  });

  it('though Redis is another one whose clock is behind', async () => {
    const { one, client } = await heardFromAhead();
    await stop();
    const second = (await ownRedisForTests(Number(new URL(url).port))) as { stop(): Promise<void> };
    closing.unshift(() => second.stop());
    // The reader of the other gateway comes back later than these.
    one.server.emit('said', 3);
    one.server.emit('said', 4);
    expect(await client.until(4)).toEqual([1, 2, 3, 4]);
    one.server.emit('said', 5);
    expect(await client.until(5)).toEqual([1, 2, 3, 4, 5]);
  });
});
