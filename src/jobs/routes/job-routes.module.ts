import { Module } from '@nestjs/common';
import { CancelJob } from './cancel-job.ts';
import { FollowJob } from './follow-job.ts';
import { GetJob } from './get-job.ts';
import { JobsController } from './jobs.controller.ts';
import { ListJobs } from './list-jobs.ts';

@Module({
  controllers: [JobsController],
  providers: [GetJob, ListJobs, CancelJob, FollowJob],
})
export class JobRoutesModule {}
