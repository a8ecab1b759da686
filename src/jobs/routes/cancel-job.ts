import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import type { JobView } from '#gateway/jobs/job.view';
import { Jobs } from '#gateway/jobs/jobs';
import { GatewayError } from '#libs/errors';
import { type Context, isConditional, isMet, type Precondition } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { versionedJob } from './versioned-job.ts';

/** Cancels a job of the caller. */
@Scopes()
@Refuses('NOT_FOUND', 'CONFLICT')
@Injectable()
export class CancelJob {
  constructor(private readonly jobs: Jobs) {}

  /**
   * The job, cancelled, or still running for as long as it takes to stop. Repeated, it returns the same.
   * @param precondition the versions that it applies to; progress after this is checked does not stop it
   * @throws {GatewayError} NOT_FOUND, also for another caller's job; PRECONDITION_FAILED; CONFLICT for one that has completed or
   * failed
   */
  async run(context: Context, id: string, precondition: Precondition = {}): Promise<JobView> {
    if (isConditional(precondition)) {
      const { version } = versionedJob(await this.jobs.byId(context, id));
      if (!isMet(precondition, version))
        throw new GatewayError('PRECONDITION_FAILED', { detail: 'The job does not match the precondition.' });
    }
    return versionedJob(await this.jobs.cancel(context, id));
  }
}
