import type { JobRegistry } from '#gateway/jobs/job-registry';
import type { Schedules } from '#gateway/jobs/schedules';
import type { CollectedMetrics, Sample } from '#libs/metrics';
import type { JobCounts, JobQueue } from '#libs/jobs';

/** How long counts are shared, in milliseconds: less than scrapes are apart. */
const SHARED_MS = 500;

/** Registers the metrics of the queue of jobs, which are the same in all processes. */
export function exposeJobs(
  queue: JobQueue,
  registry: JobRegistry,
  schedules: Schedules,
  metrics: CollectedMetrics,
): void {
  let read: { at: number; counts: Promise<JobCounts[]> } | undefined;
  /** The counts of a scrape, which the gauges share; none without an answer of the queue. */
  const countsNow = (): Promise<JobCounts[]> => {
    const at = performance.now();
    if (!read || at - read.at > SHARED_MS) {
      const counts = registry.kinds.size ? queue.counts().catch(() => []) : Promise.resolve([]);
      read = { at, counts };
    }
    return read.counts;
  };
  const ofKinds = async (valueOf: (counts: JobCounts) => number | undefined): Promise<Sample[]> => {
    const counts = await countsNow();
    return counts.flatMap((each) => {
      const value = valueOf(each);
      return value === undefined ? [] : [{ labels: { kind: each.kind }, value }];
    });
  };
  const gauge = (name: string, help: string, valueOf: (counts: JobCounts) => number | undefined) =>
    metrics.gauge({ name, help, labelNames: ['kind'], aggregator: 'max' }, () => ofKinds(valueOf));
  gauge('jobs_waiting', 'Jobs that wait, delayed ones included.', ({ waiting }) => waiting);
  gauge('jobs_running', 'Jobs that run, in all processes.', ({ running }) => running);
  gauge('jobs_failed', 'Jobs in the dead letter.', ({ failed }) => failed);
  gauge(
    'job_last_completed_timestamp_seconds',
    'When the newest completed job ended; none if it is not kept any more.',
    ({ lastCompletedAt }) => lastCompletedAt && lastCompletedAt / 1_000,
  );
  gauge(
    'job_schedule_late_seconds',
    'For how long the latest job of a schedule has not completed; 0 if it has.',
    ({ kind, lastCompletedAt }) => {
      const lateMs = schedules.lateBy(kind, lastCompletedAt);
      return lateMs === undefined ? undefined : lateMs / 1_000;
    },
  );
}
