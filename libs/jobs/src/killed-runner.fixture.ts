// A process for killed.spec.ts: runs jobs that never end, reports each that has begun, and waits to be killed.
import { jobKind, JobQueueBullmq, JobQueueSqlite } from '#libs/jobs';
import { openRedis } from '#libs/redis';
import { createLogger } from '#libs/observe';

const { path, url, prefix, leaseMs } = JSON.parse(process.argv[2]!) as {
  path?: string;
  url?: string;
  prefix?: string;
  leaseMs: number;
};
const kinds = [jobKind({ name: 'spec.work', attempts: 10 }), jobKind({ name: 'spec.poison', attempts: 1 })];
const options = { leaseMs, keepMs: 3_600_000, onError: () => {} };
const queue = url
  ? await JobQueueBullmq.open(kinds, {
      ...options,
      redis: await openRedis(url, createLogger('spec', 'silent'), 5_000),
      prefix: prefix!,
    })
  : new JobQueueSqlite(kinds, { ...options, path: path! });
queue.start(async (kind) => {
  process.send!(kind);
  await new Promise(() => setInterval(() => {}, 60_000));
});
