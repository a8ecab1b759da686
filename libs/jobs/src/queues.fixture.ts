import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type JobCounts,
  jobKind,
  type JobKindSettings,
  type JobQueue,
  JobQueueBullmq,
  JobQueueSqlite,
  type JobRecord,
  type JobState,
  type RunningJob,
} from '#libs/jobs';
import { ownRedisForTests, redisConnections } from '#libs/testing';

/** The kind of the jobs in specs. @param differing its settings that differ */
export const aKind = (differing: Partial<JobKindSettings> = {}): JobKindSettings =>
  // On a busy machine a process may miss its own short lease, several times.
  jobKind({ name: 'spec.work', attempts: 10, backoffMs: 1, maxBackoffMs: 5, concurrency: 10, ...differing });

/** What a run does in a spec. */
export type Work = (job: RunningJob) => unknown;

/** A place of a queue, which several processes can open. */
export interface QueuePlace {
  /** How another process opens it. */
  address: Readonly<Record<string, string>>;
  open(kinds: readonly JobKindSettings[], options?: { leaseMs?: number; keepMs?: number }): Promise<JobQueue>;
  /** Closes all queues that were opened, and deletes the place. */
  end(): Promise<void>;
}

const QUIET = { leaseMs: 30_000, keepMs: 3_600_000, onError: () => {} };

/** A file in a folder of its own. */
function filePlace(): QueuePlace {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-jobs-'));
  const path = join(folder, 'jobs.sqlite');
  const opened: JobQueue[] = [];
  return {
    address: { path },
    async open(kinds, options) {
      const queue = new JobQueueSqlite(kinds, { path, ...QUIET, ...options });
      opened.push(queue);
      return queue;
    },
    async end() {
      await Promise.all(opened.map((queue) => queue.close(0)));
      rmSync(folder, { recursive: true });
    },
  };
}

/** A prefix of its own in a Redis. */
function redisPlace(url: string): QueuePlace {
  const prefix = `{spec-${randomUUID()}}`;
  const connections = redisConnections();
  const opened: JobQueue[] = [];
  return {
    address: { url, prefix },
    async open(kinds, options) {
      const redis = await connections.connected(url);
      const queue = await JobQueueBullmq.open(kinds, { redis, prefix, ...QUIET, ...options });
      opened.push(queue);
      return queue;
    },
    async end() {
      await Promise.all(opened.map((queue) => queue.close(0)));
      await connections.close();
    },
  };
}

/** The places of queues for the specs that both kinds pass, and what ends them. */
export async function queuePlaces() {
  const redis = await ownRedisForTests();
  const places: [string, () => QueuePlace][] = [['in an SQLite file', filePlace]];
  if (!('skip' in redis)) places.push(['in Redis', () => redisPlace(redis.url)]);
  return { places, stop: async () => void ('skip' in redis || (await redis.stop())) };
}

/** Starts a queue whose jobs do `work`. */
export const working = (queue: JobQueue, work: Work): void =>
  queue.start(async (_, job) => {
    return work(job);
  });

/** Resolves with the job once this process has seen it in a state. */
export function seen(queue: JobQueue, id: string, ...states: JobState[]): Promise<JobRecord> {
  return new Promise((resolve) => {
    const stop = queue.onChange((job) => {
      if (job.id !== id || !states.includes(job.state)) return;
      stop();
      resolve(job);
    });
  });
}

/** The counts of the kind of specs. */
export async function countsOf(queue: JobQueue): Promise<Omit<JobCounts, 'kind' | 'lastCompletedAt'>> {
  const { waiting, running, failed } = (await queue.counts()).find(({ kind }) => kind === 'spec.work')!;
  return { waiting, running, failed };
}

/** Makes a queue renew no leases, as if its process stood still. */
export function standStill(queue: JobQueue): void {
  const { poll, runs } = queue as unknown as {
    poll?: NodeJS.Timeout;
    runs?: { workers: Iterable<{ pause(isNow: true): Promise<void>; lockManager: { close(): Promise<void> } }> };
  };
  clearInterval(poll);
  for (const worker of runs?.workers ?? []) {
    void worker.pause(true);
    void worker.lockManager.close();
  }
}
