import { eventTypes } from '#gateway/declare/events';
import type { JobChanged } from '#gateway/jobs/job-events';
import { JobView } from '#gateway/jobs/job.view';

/** The events of a job's stream: each has the whole job. */
export const JOB_EVENTS = eventTypes<JobChanged>('Job', { state: JobView, progress: JobView });
