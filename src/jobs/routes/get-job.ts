import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import type { JobView } from '#gateway/jobs/job.view';
import { Jobs } from '#gateway/jobs/jobs';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { versionedJob } from './versioned-job.ts';

/** Reads a job of the caller. */
@Scopes()
@Refuses('NOT_FOUND')
@Injectable()
export class GetJob {
  constructor(private readonly jobs: Jobs) {}

  /** @throws {GatewayError} NOT_FOUND, also for another caller's job */
  async run(context: Context, id: string): Promise<JobView> {
    return versionedJob(await this.jobs.byId(context, id));
  }
}
