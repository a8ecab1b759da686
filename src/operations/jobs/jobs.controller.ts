import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { AnyQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import type { Context } from '#libs/upstream';
import { Controller, Get, HttpCode, Param, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { JobListQuery, type JobListRequest } from './job-list-query.ts';
import { JobOperations } from './job-operations.ts';

/** The jobs of all gateways, for operators' programs. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/jobs', version: VERSION_NEUTRAL })
export class AdminJobsController {
  constructor(private readonly operations: JobOperations) {}

  @Scopes('admin')
  @Get()
  // It is checked as a whole below.
  @AnyQuery()
  list(@JobListQuery() request: JobListRequest) {
    return this.operations.report(request);
  }

  @Scopes('admin')
  @Post(':id/replay')
  @HttpCode(200)
  replay(@RequestContext() context: Context, @Param('id') id: string) {
    return this.operations.replay(context, id);
  }
}
