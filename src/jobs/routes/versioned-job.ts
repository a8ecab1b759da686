import { hash } from 'node:crypto';
import { JobView } from '#gateway/jobs/job.view';
import type { JobRecord } from '#libs/jobs';

const VERSION_LENGTH = 22;

/** A job as its owner sees it, and the version of that, which is part of its entity tag. */
export function versionedJob(job: JobRecord): JobView & { version: string } {
  const view = JobView.of(job);
  return { ...view, version: hash('sha256', JSON.stringify(view), 'base64url').slice(0, VERSION_LENGTH) };
}
