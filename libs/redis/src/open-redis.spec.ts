import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '#libs/observe';
import { closeRedis, defineScript, openRedis, type Redis } from '#libs/redis';
import { eventually, freePort, ownRedisForTests, redisSentinelForTests } from '#libs/testing';

// 50, and what a busy machine adds.
/** Commands have 50 ms; a busy machine is late, but far from the seconds of a connection that waits. */
const COMMAND_MS = 1_000;
const BACK_MS = 2_000;

const probe = await ownRedisForTests();
if ('stop' in probe) await probe.stop();
const onRedis = 'skip' in probe ? describe.skip : describe;

let log: Record<string, unknown>[];
let redis: Redis | undefined;

beforeEach(() => void (log = []));
afterEach(async () => {
  if (redis) await closeRedis(redis);
});

async function open(url: string): Promise<Redis> {
  const write = (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>);
  return (redis = await openRedis(url, createLogger('spec', 'info', { write })));
}

/** Resolves at the next such event, whatever errors there are; fails if there is none in time. */
function happens(client: Redis, event: string, withinMs = 5_000): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} in ${withinMs} ms`)), withinMs);
    client.once(event, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Sends a command until it is answered in its 50 ms, which a busy machine may take for something else. */
async function untilAnswered<T>(command: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await command();
    } catch (error) {
      if (!/timed out/.test(String(error))) throw error;
    }
  }
}

/** How long a command takes to fail, in milliseconds. */
async function failureMs(client: Redis): Promise<number> {
  const start = performance.now();
  await expect(client.get('key')).rejects.toThrow();
  return performance.now() - start;
}

onRedis('a connection to Redis', () => {
  let server: { url: string; pid: number; stop(): Promise<void> };

  beforeEach(async () => (server = (await ownRedisForTests()) as typeof server));
  afterEach(() => server.stop());

  /** Another Redis in the place of the one that was killed. */
  async function back(): Promise<void> {
    await server.stop();
    server = (await ownRedisForTests(Number(new URL(server.url).port))) as typeof server;
  }

  async function connected(): Promise<Redis> {
    const client = await open(server.url);
    await happens(client, 'ready');
    return client;
  }

  it('uses no other database than that of its address', async () => {
    const client = await open(`${server.url}/99`);
    await happens(client, 'reconnecting');
    await happens(client, 'reconnecting');
    await expect(client.set('key', 'value')).rejects.toThrow();
    expect(log).toMatchObject([{ msg: 'redis lost', reason: 'ERR DB index is out of range' }]);
  });

  it('answers', async () => {
    const client = await connected();
    await client.set('key', 'value');
    expect(await client.get('key')).toBe('value');
  });

  it('fails fast when Redis is killed, and answers again once it is back', async () => {
    const client = await connected();
    process.kill(server.pid, 'SIGKILL');
    const pending = failureMs(client);
    await happens(client, 'close');
    expect(await pending).toBeLessThan(COMMAND_MS);
    expect(await failureMs(client)).toBeLessThan(COMMAND_MS);

    await back();
    await happens(client, 'ready', BACK_MS);
    expect(await client.set('key', 'value')).toBe('OK');
  });

  it('fails fast when Redis hangs, also while the connection is replaced, and answers again once it responds', async () => {
    const client = await connected();
    process.kill(server.pid, 'SIGSTOP');
    try {
      expect(await failureMs(client)).toBeLessThan(COMMAND_MS);
      await happens(client, 'close');
      expect(await failureMs(client)).toBeLessThan(COMMAND_MS);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await happens(client, 'ready', BACK_MS);
    expect(await client.set('key', 'value')).toBe('OK');
  });

  it('retries no command that its request has given up', async () => {
    const client = await connected();
    await client.set('count', 0);
    await client.client('PAUSE', 1_000, 'WRITE');
    await expect(client.incr('count')).rejects.toThrow();
    client.disconnect(true);
    await happens(client, 'ready');
    await client.client('UNPAUSE');
    expect(await client.get('count')).toBe('0');
  });

  it('logs once when it is connected, and once when it is lost', async () => {
    const address = `127.0.0.1:${new URL(server.url).port}`;
    const client = await connected();
    process.kill(server.pid, 'SIGKILL');
    for (let tries = 0; tries < 3; tries++) await happens(client, 'reconnecting');
    await back();
    await happens(client, 'ready');
    await closeRedis(client);
    expect(log.map((line) => [line['level'], line['msg'], line['address']])).toEqual([
      ['info', 'redis connected', address],
      ['warn', 'redis lost', address],
      ['info', 'redis connected', address],
    ]);
  });

  it('never logs the password', async () => {
    const client = await open(server.url.replace('redis://', 'redis://somebody:hunter2@'));
    await happens(client, 'reconnecting');
    expect(log.map(({ msg }) => msg)).toEqual(['redis lost']);
    expect(JSON.stringify(log)).not.toMatch(/hunter2|somebody/);
  });

  it('closes even if Redis hangs', async () => {
    const client = await connected();
    const ended = happens(client, 'end');
    process.kill(server.pid, 'SIGSTOP');
    try {
      // While Redis is stopped it answers nothing that could be waited for.
      await closeRedis(client);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await ended;
    expect(client.status).toBe('end');
  });

  it('logs once that a changed password refuses it', async () => {
    const client = await open(server.url);
    await happens(client, 'ready');
    const admin = await openRedis(server.url, createLogger('spec', 'silent'), 2_000);
    await happens(admin, 'ready');
    await admin.config('SET', 'requirepass', 'changed');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    for (let refusals = 0; refusals < 3; refusals += 1) await happens(client, 'error');
    await admin.config('SET', 'requirepass', '');
    await closeRedis(admin);
    expect(log.filter(({ reason }) => String(reason).startsWith('NOAUTH'))).toHaveLength(1);
  });
});

describe('a connection to an address without a Redis', () => {
  it('is opened, fails fast, and can be closed', async () => {
    const client = await open(`redis://127.0.0.1:${await freePort()}`);
    expect(await failureMs(client)).toBeLessThan(COMMAND_MS);
    await happens(client, 'close');
    expect(log).toMatchObject([{ level: 'warn', msg: 'redis lost' }]);
    expect(await failureMs(client)).toBeLessThan(COMMAND_MS);
  });
});

describe('rediss://', () => {
  it.each(['rediss://', 'rediss+sentinel://', 'rediss+cluster://'])('speaks TLS: %s', async (scheme) => {
    const TLS_HANDSHAKE = 22;
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await open(`${scheme}127.0.0.1:${port}${scheme.includes('sentinel') ? '/atrium' : ''}`);
    const [socket] = await once(server, 'connection');
    const [[first]] = await once(socket, 'data');
    expect(first).toBe(TLS_HANDSHAKE);
    socket.destroy();
    server.close();
  });
});

const increment = defineScript<number>('increment', 1, "return redis.call('INCR', KEYS[1])");

onRedis('a connection by way of sentinels', () => {
  it('logs in at sentinels that have a password', async () => {
    const group = (await redisSentinelForTests('watchword')) as { url: string; stop(): Promise<void> };
    try {
      const client = await open(group.url);
      await happens(client, 'ready');
      expect(await untilAnswered(() => client.set('key', 'kept'))).toBe('OK');
      await closeRedis(client);
      redis = undefined;
      expect(JSON.stringify(log)).not.toContain('watchword');
    } finally {
      await group.stop();
    }
  });

  it('finds the master, and the new one after a failover', async () => {
    const group = (await redisSentinelForTests()) as { url: string; fail(): void; stop(): Promise<void> };
    try {
      const client = await open(group.url);
      await happens(client, 'ready');
      await untilAnswered(() => client.set('key', 'kept'));
      const before = await untilAnswered(() => increment(client, ['count']));
      await eventually(async () => (await client.wait(1, 20).catch(() => 0)) >= 1);
      group.fail();
      await happens(client, 'ready', 15_000);
      expect(await untilAnswered(() => client.get('key'))).toBe('kept');
      expect(await untilAnswered(() => client.set('key', 'written'))).toBe('OK');
      // The next master has never seen the script.
      expect(await untilAnswered(() => increment(client, ['count']))).toBeGreaterThan(before as number);
      await closeRedis(client);
      redis = undefined;
    } finally {
      await group.stop();
    }
  });
});
