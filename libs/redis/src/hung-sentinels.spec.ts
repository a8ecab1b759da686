import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createLogger } from '#libs/observe';
import { closeRedis, duplicateOf, openRedis, type Redis } from '#libs/redis';
import { eventually, redisSentinelForTests } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const group = await redisSentinelForTests();
const onSentinels = 'skip' in group ? describe.skip : describe;

onSentinels('a sentinel that hangs', () => {
  const { url, stop } = group as { url: string; stop(): Promise<void> };
  /** Accepts connections and answers nothing, as a stopped process or a host without memory does. */
  const connections = new Set<Socket>();
  const hung = createServer((socket) => {
    connections.add(socket.on('error', () => {}).on('close', () => connections.delete(socket)));
    socket.resume();
  });
  beforeAll(() => once(hung.listen(0, '127.0.0.1'), 'listening'));
  afterAll(async () => {
    hung.close();
    await stop();
  });
  const open = (hosts: (hungOne: string) => string): Promise<Redis> => {
    const { port } = hung.address() as AddressInfo;
    const address = url.replace(
      /\/\/(.*)\//,
      (_, real: string) => `//${hosts(`127.0.0.1:${port}`).replace('REAL', real)}/`,
    );
    return openRedis(address, createLogger('spec', 'silent'));
  };

  it('is passed over for the next one, by each connection', async () => {
    const redis = await open((hungOne) => `${hungOne},REAL`);
    const other = duplicateOf(redis, {});
    await eventually(() => redis.status === 'ready' && other.status === 'ready');
    expect(connections.size).toBe(0);
    await Promise.all([closeRedis(redis), closeRedis(other)]);
  });

  it('keeps no process from its end', async () => {
    const redis = await open((hungOne) => hungOne);
    await eventually(() => connections.size === 1);
    await closeRedis(redis);
    await eventually(() => connections.size === 0);
  });
});
