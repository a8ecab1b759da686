import { once } from 'node:events';
import { connect } from 'node:net';
import { JobQueueBullmq } from '#libs/jobs';
import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, expect, it } from '@jest/globals';
import { aKind, seen, working } from './queues.fixture.ts';

const redis = await ownRedisForTests();
const connections = redisConnections();
afterAll(async () => {
  await connections.close();
  if (!('skip' in redis)) await redis.stop();
});

/** Waits, and counts the turns of the event loop meanwhile. */
async function turnsIn(ms: number): Promise<number> {
  const end = performance.now() + ms;
  let turns = 0;
  for (; performance.now() < end; turns += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  return turns;
}

it('a queue whose user may not do all it needs leaves the event loop free, and runs jobs once it may', async () => {
  if ('skip' in redis) return;
  const admin = await connections.connected(redis.url);
  const allow = (...rules: string[]) => admin.call('ACL', 'SETUSER', 'denied', ...rules);
  await allow('on', 'nopass', '~*', '&*', '+@all', '-info');
  const connection = await connections.connected(redis.url.replace('//', '//denied:x@'));
  const errors: Error[] = [];
  const queue = await JobQueueBullmq.open([aKind()], {
    redis: connection,
    prefix: 'spec:{denied}',
    leaseMs: 1_000,
    keepMs: 60_000,
    onError: (error) => void errors.push(error as Error),
  });
  try {
    working(queue, ({ input }) => input);
    expect(await turnsIn(2_500)).toBeGreaterThan(20);
    expect(errors.map(({ message }) => message).join()).toContain('NOPERM');
    expect(errors.length).toBeLessThan(5);
    const clients = String(await admin.call('CLIENT', 'LIST'));
    // The worker's two, the queue's own, that of this spec: none is left by each attempt.
    expect(clients.split('\n').filter((line) => line.includes('user=denied ')).length).toBeLessThanOrEqual(5);
    const completed = seen(queue, 'one', 'COMPLETED');
    await queue.add('spec.work', 'allowed', { owner: 'ada', id: 'one' });
    await allow('+info');
    await completed;
    expect(await queue.find('one')).toMatchObject({ result: 'allowed' });
  } finally {
    await queue.close(0);
  }
}, 30_000);

it('a queue in a Redis that takes no writes repeats its refusal every few seconds, and runs jobs once it does', async () => {
  if ('skip' in redis) return;
  const admin = await connections.connected(redis.url);
  const errors: Error[] = [];
  const queue = await JobQueueBullmq.open([aKind()], {
    redis: await connections.connected(redis.url),
    prefix: 'spec:{replica}',
    leaseMs: 1_000,
    keepMs: 60_000,
    onError: (error) => void errors.push(error as Error),
  });
  try {
    working(queue, ({ input }) => input);
    const before = seen(queue, 'before', 'COMPLETED');
    await queue.add('spec.work', 'before', { owner: 'ada', id: 'before' });
    await before;
    // As after a failover that the gateway has not noticed.
    await admin.call('REPLICAOF', '127.0.0.1', '1');
    await turnsIn(2_500);
    await admin.call('REPLICAOF', 'NO', 'ONE');
    // On a busy machine the first is that of the command that waited meanwhile.
    expect(errors.map(({ message }) => message).join()).toMatch(/READONLY|UNBLOCKED/);
    expect(errors.length).toBeLessThan(5);
    const completed = seen(queue, 'after', 'COMPLETED');
    await queue.add('spec.work', 'after', { owner: 'ada', id: 'after' });
    await completed;
  } finally {
    await admin.call('REPLICAOF', 'NO', 'ONE');
    await queue.close(0);
  }
}, 30_000);

it('a queue in a Redis that a script keeps busy repeats its refusal every few seconds, and runs jobs after it', async () => {
  if ('skip' in redis) return;
  const errors: Error[] = [];
  const queue = await JobQueueBullmq.open([aKind()], {
    redis: await connections.connected(redis.url),
    prefix: 'spec:{busy}',
    leaseMs: 1_000,
    keepMs: 60_000,
    onError: (error) => void errors.push(error as Error),
  });
  try {
    working(queue, ({ input }) => input);
    const before = seen(queue, 'before', 'COMPLETED');
    await queue.add('spec.work', 'before', { owner: 'ada', id: 'before' });
    await before;
    const script = connect(Number(new URL(redis.url).port), '127.0.0.1');
    // Whoever is not connected has to connect to it while it is busy.
    script.write('CONFIG SET busy-reply-threshold 1\r\nCLIENT KILL TYPE normal SKIPME yes\r\n');
    // Redis answers nothing more once the script runs, and it may read both at once.
    await once(script, 'data');
    script.write('EVAL "while true do end" 0\r\n');
    await turnsIn(3_500);
    script.destroy();
    expect(errors.map(({ message }) => message).join()).toContain('BUSY');
    expect(errors.length).toBeLessThan(5);
    const tryAfter = async () => {
      killScript(redis.url);
      await queue.add('spec.work', 'after', { owner: 'ada', id: 'after' });
      return (await queue.find('after'))?.result === 'after';
    };
    while (!(await tryAfter().catch(() => false))) await turnsIn(50);
  } finally {
    killScript(redis.url);
    await queue.close(0);
  }
}, 30_000);

/** Over a connection of its own: while a script runs, no client becomes ready. */
const killScript = (url: string) =>
  connect(Number(new URL(url).port), '127.0.0.1')
    .on('error', () => {})
    .end('SCRIPT KILL\r\n');
