import { Module } from '@nestjs/common';
import { CancelJob } from './cancel-job.ts';
import { FollowJob } from './follow-job.ts';
import { GetJob } from './get-job.ts';
import { JobsController } from './jobs.controller.ts';

@Module({
  controllers: [JobsController],
  providers: [GetJob, CancelJob, FollowJob],
})
export class JobRoutesModule {}
