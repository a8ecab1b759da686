import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { redisForTests } from '#libs/testing';

describe('a Redis for tests', () => {
  const environment = { ...process.env };
  afterEach(() => {
    process.env = { ...environment };
    jest.restoreAllMocks();
  });

  it('is the configured one, which keeps running', async () => {
    process.env['REDIS_URL'] = 'redis://redis.example:6379';
    expect(await redisForTests()).toMatchObject({ url: 'redis://redis.example:6379' });
  });

  it('is started otherwise, and leaves no files and processes', async () => {
    delete process.env['REDIS_URL'];
    const redis = await redisForTests();
    // Without the binary nothing can be started; with CI=true the line above has failed.
    if ('skip' in redis) return;
    const { port } = new URL(redis.url);
    expect(await send(Number(port), 'PING')).toBe('+PONG\r\n');
    expect(foldersOf(port)).toHaveLength(1);
    await redis.stop();
    await expect(send(Number(port), 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(foldersOf(port)).toEqual([]);
  });

  describe('if there is none', () => {
    const reason = 'no Redis: REDIS_URL is not set, and redis-server is not on this machine';
    const nowhere = { PATH: '/nowhere', REDIS_URL: undefined };

    it('skips the tests with a printed reason', async () => {
      process.env = { ...environment, ...nowhere, CI: undefined };
      const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
      expect(await redisForTests()).toEqual({ skip: reason });
      expect(stderr).toHaveBeenCalledWith(`Tests on Redis are skipped: ${reason}\n`);
    });

    it('fails the tests in CI', async () => {
      process.env = { ...environment, ...nowhere, CI: 'true' };
      await expect(redisForTests()).rejects.toThrow(reason);
    });
  });
});

const foldersOf = (port: string) =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`atrium-redis-${port}-`));

async function send(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${command}\r\n`);
  const [answer] = await once(socket.setEncoding('utf8'), 'data');
  return String(answer);
}
