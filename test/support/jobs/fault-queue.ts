import { jobKind, type JobQueue, JobQueueBullmq, JobQueueSqlite } from '#libs/jobs';
import { createLogger } from '#libs/observe';
import { openRedis } from '#libs/redis';

/** How a worker finds the queue and its effects. */
export interface WorkerPlace {
  path?: string;
  url?: string;
  effects: string;
}

/** The kinds of the fault tests: ordinary jobs, and one that ends its process each time. */
const FAULT_KINDS = [
  jobKind({
    name: 'faults.work',
    attempts: 30,
    backoffMs: 20,
    maxBackoffMs: 200,
    concurrency: 4,
    maxWaiting: 1_000,
  }),
  jobKind({ name: 'faults.poison', attempts: 3 }),
];

/** The lease of their jobs, in milliseconds. */
export const LEASE_MS = 1_000;

/** Opens the queue of a place. */
export async function openQueue({ path, url }: WorkerPlace): Promise<{ queue: JobQueue; close(): Promise<void> }> {
  const options = { leaseMs: LEASE_MS, keepMs: 86_400_000, onError: () => {} };
  if (path) {
    const queue = new JobQueueSqlite(FAULT_KINDS, { ...options, path });
    return { queue, close: () => queue.close(0) };
  }
  const redis = await openRedis(url!, createLogger('faults', 'silent'), 5_000);
  await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
  const queue = await JobQueueBullmq.open(FAULT_KINDS, { ...options, redis, prefix: '{faults}' });
  const close = async () => {
    await queue.close(0);
    redis.disconnect();
  };
  return { queue, close };
}
