import { Module } from '@nestjs/common';
import { JobOperations } from './job-operations.ts';
import { AdminJobsController } from './jobs.controller.ts';

@Module({
  controllers: [AdminJobsController],
  providers: [JobOperations],
  exports: [JobOperations],
})
export class AdminJobsModule {}
