import { JobQueueBullmq } from '#libs/jobs';
import { redisClusterForTests, redisConnections } from '#libs/testing';
import { afterAll, expect, it } from '@jest/globals';
import { aKind, seen, working } from './queues.fixture.ts';

const redis = await redisClusterForTests();
const connections = redisConnections();
afterAll(async () => {
  await connections.close();
  if (!('skip' in redis)) await redis.stop();
});

it('a queue runs on a Redis cluster', async () => {
  if ('skip' in redis) return;
  const options = { leaseMs: 1_000, keepMs: 60_000, onError: () => {}, prefix: 'spec:{jobs}' };
  const connection = await connections.connected(redis.url);
  const queue = await JobQueueBullmq.open([aKind()], { ...options, redis: connection });
  try {
    const completed = seen(queue, 'one', 'COMPLETED');
    working(queue, ({ input }) => input);
    await queue.add('spec.work', 'in a cluster', { owner: 'ada', id: 'one' });
    await completed;
    expect(await queue.find('one')).toMatchObject({ result: 'in a cluster' });
  } finally {
    await queue.close(0);
  }
});
