import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { JobView } from '#gateway/jobs/job.view';
import { Jobs } from '#gateway/jobs/jobs';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** Cancels a job of the caller. */
@Scopes()
@Refuses('NOT_FOUND', 'CONFLICT')
@Injectable()
export class CancelJob {
  constructor(private readonly jobs: Jobs) {}

  /**
   * The job, cancelled, or still running for as long as it takes to stop. Repeated, it returns the same.
   * @throws {GatewayError} NOT_FOUND, also for another caller's job; CONFLICT for one that has completed or failed
   */
  async run(context: Context, id: string): Promise<JobView> {
    return JobView.of(await this.jobs.cancel(context, id));
  }
}
