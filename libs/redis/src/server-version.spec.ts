import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis } from '#libs/redis';
import { eventually, ownRedisForTests } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { versionsIn } from './server-version.ts';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;

onRedis('the version of a server', () => {
  const { url, stop } = server as { url: string; stop(): Promise<void> };
  /** Says that it is Redis 6, as those of Ubuntu 22.04 and Debian 11 are. */
  const old = createServer((client) => {
    const upstream = connect(Number(new URL(url).port), '127.0.0.1');
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.pipe(upstream);
    upstream.on('data', (data) =>
      client.write(data.toString('latin1').replace(/redis_version:\d/, 'redis_version:6'), 'latin1'),
    );
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  }).listen(0, '127.0.0.1');
  beforeAll(() => (old.listening ? undefined : once(old, 'listening')));
  afterAll(async () => {
    old.close();
    await stop();
  });

  /** The lines of a connection, once it has answered a command that came after the question for the version. */
  async function linesOf(address: string): Promise<Record<string, unknown>[]> {
    const lines: Record<string, unknown>[] = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
    const redis = await openRedis(address, createLogger('spec', 'info', { write }), 2_000);
    await eventually(() => redis.status === 'ready');
    await redis.ping();
    await closeRedis(redis);
    return lines.filter(({ msg }) => !/^redis (connected|lost)$/.test(String(msg)));
  }

  it('is reported where it is too old, at the start', async () => {
    const { port } = old.address() as AddressInfo;
    expect(await linesOf(`redis://127.0.0.1:${port}`)).toEqual([
      expect.objectContaining({
        level: 'error',
        address: `127.0.0.1:${port}`,
        version: expect.stringMatching(/^6\./),
        msg: 'redis is too old: version 7 or later is needed',
      }),
    ]);
  });

  it('is not reported where it is new enough', async () => {
    expect(await linesOf(url)).toEqual([]);
  });
});

describe('an answer to INFO', () => {
  it.each([
    ['# Server\r\nredis_version:7.2.4\r\nos:Linux\r\n', { redis: '7.2.4', own: undefined }],
    [
      'redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n',
      { redis: '7.2.4', own: 'Valkey 8.0.1' },
    ],
    ['', { redis: '', own: undefined }],
  ])('has the versions of %j', (info, versions) => {
    expect(versionsIn(info)).toEqual(versions);
  });
});
