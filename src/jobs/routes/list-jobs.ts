import { Scopes } from '#gateway/declare/access';
import { Jobs } from '#gateway/jobs/jobs';
import { JobStates, JobView } from '#gateway/jobs/job.view';
import type { Context } from '#libs/upstream';
import { type InputOf, listSize, oneOf, parameters } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { JobListView } from './job-list.view.ts';

/** A page of the caller's jobs. */
export const ListJobsQuestion = parameters('ListJobsQuestion', {
  state: oneOf(JobStates).optional(),
  first: listSize(20),
  after: z.string().min(1).max(64).optional(),
});

/** Lists the jobs of the caller. */
@Scopes()
@Injectable()
export class ListJobs {
  constructor(private readonly jobs: Jobs) {}

  /**
   * One page of the caller's jobs, newest first.
   * @throws {GatewayError} VALIDATION_FAILED for a cursor whose job is no longer kept, OVERLOADED
   */
  async run(context: Context, { first, after, state }: InputOf<typeof ListJobsQuestion>): Promise<JobListView> {
    // One more than requested tells whether there is a next page.
    const jobs = await this.jobs.list(context, { state, after, limit: first + 1 });
    const page = jobs.slice(0, first);
    return { items: page.map(JobView.of), nextCursor: jobs.length > first ? page.at(-1)!.id : null };
  }
}
