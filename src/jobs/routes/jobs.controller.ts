import { Answers } from '#gateway/declare/answers';
import { FromPrecondition } from '#gateway/declare/from-precondition';
import { FromQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Tag } from '#gateway/declare/tag';
import { JobView } from '#gateway/jobs/job.view';
import { LastSeen, StreamResponder } from '#gateway/transports/sse/stream-responder';
import { Streams } from '#gateway/transports/sse/streams';
import { StreamQuestion } from '#gateway/transports/sse/stream-question';
import type { Context, Precondition } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Delete, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CancelJob } from './cancel-job.ts';
import { FollowJob } from './follow-job.ts';
import { JOB_EVENTS } from './job-stream-events.ts';
import { GetJob } from './get-job.ts';
import { JobListView } from './job-list.view.ts';
import { ListJobs, ListJobsQuestion } from './list-jobs.ts';

@Tag('jobs', 'Work that continues after its request was answered.')
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly getJob: GetJob,
    private readonly listJobs: ListJobs,
    private readonly cancelJob: CancelJob,
    private readonly followJob: FollowJob,
    private readonly streams: StreamResponder,
  ) {}

  @Runs(ListJobs)
  @Get()
  @ApiOperation({ operationId: 'listJobs', summary: "The caller's jobs, newest first" })
  @Answers(JobListView)
  list(
    @RequestContext() context: Context,
    @FromQuery(ListJobsQuestion) question: InputOf<typeof ListJobsQuestion>,
  ) {
    return this.listJobs.run(context, question);
  }

  @Runs(GetJob)
  @Get(':id')
  @ApiOperation({ operationId: 'getJob', summary: 'A job of the caller' })
  @Answers(JobView, { isVersioned: true })
  one(@RequestContext() context: Context, @Param('id') id: string) {
    return this.getJob.run(context, id);
  }

  @Runs(CancelJob)
  @Delete(':id')
  @ApiOperation({ operationId: 'cancelJob', summary: 'Cancel a job; it can still be read' })
  @Answers(JobView, { isVersioned: true })
  cancel(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @FromPrecondition() precondition: Precondition,
  ) {
    return this.cancelJob.run(context, id, precondition);
  }

  @Runs(FollowJob)
  @Get(':id/events')
  @ApiOperation({ operationId: 'followJob', summary: 'The changes of a job' })
  @Streams('Events `state` and `progress` with the whole job; `end` after its last one.', JOB_EVENTS)
  async events(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @FromQuery(StreamQuestion) question: InputOf<typeof StreamQuestion>,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.streams.open(request, reply, question, await this.followJob.run(context, id, lastSeen));
  }
}
