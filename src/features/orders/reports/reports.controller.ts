import { IdempotencyKey } from '#gateway/declare/idempotency-key';
import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Tag } from '#gateway/declare/tag';
import { AnswersJob } from '#gateway/jobs/job.view';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ReportBody, RequestReport } from './request-report.ts';

@Tag('orders', 'Orders of the caller.')
@Controller('orders/reports')
export class ReportsController {
  constructor(private readonly requestReport: RequestReport) {}

  @Runs(RequestReport)
  @Post()
  @ApiOperation({
    operationId: 'requestReport',
    summary: "The caller's orders of a year as XLSX",
    description: 'The result of the job has `url`, a link to the file that is valid for a week.',
  })
  @AnswersJob()
  create(
    @RequestContext() context: Context,
    @FromBody(ReportBody) request: InputOf<typeof ReportBody>,
    @IdempotencyKey() key: string | undefined,
  ) {
    return this.requestReport.run(context, request, key);
  }
}
