import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { WorkerReports } from './worker-reports.ts';

/** Operators' route: the load of each worker process of this gateway. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/workers', version: VERSION_NEUTRAL })
export class WorkersController {
  constructor(private readonly reports: WorkerReports) {}

  @Scopes('admin')
  @Get()
  list() {
    const { all, limitBytes } = this.reports;
    return { memoryLimitBytes: limitBytes, workers: all };
  }
}
