import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type JobCounts,
  jobKind,
  type JobKindSettings,
  type JobQueue,
  JobQueueSqlite,
  type JobRecord,
  type JobState,
  type RunningJob,
} from '#libs/jobs';

/** The kind of the jobs in specs. @param differing its settings that differ */
export const aKind = (differing: Partial<JobKindSettings> = {}): JobKindSettings =>
  jobKind({ name: 'spec.work', backoffMs: 1, maxBackoffMs: 5, concurrency: 10, ...differing });

/** What a run does in a spec. */
export type Work = (job: RunningJob) => unknown;

/** A place of a queue, which several processes can open. */
export interface QueuePlace {
  open(kinds: readonly JobKindSettings[], options?: { leaseMs?: number; keepMs?: number }): Promise<JobQueue>;
  /** Closes all queues that were opened, and deletes the place. */
  end(): Promise<void>;
}

const QUIET = { leaseMs: 30_000, keepMs: 3_600_000, onError: () => {} };

/** A file in a folder of its own. */
export function filePlace(): QueuePlace & { path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-jobs-'));
  const path = join(folder, 'jobs.sqlite');
  const opened: JobQueue[] = [];
  return {
    path,
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
