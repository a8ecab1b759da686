import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Audit } from '#gateway/identity/audit/audit';
import { JobView } from '#gateway/jobs/job.view';
import { Jobs } from '#gateway/jobs/jobs';
import type { Context } from '#libs/upstream';
import { body, type InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { FIRST_YEAR, RunYearlyReport } from './run-yearly-report.ts';

/** The report that a client requests. */
export const ReportBody = body('ReportRequest', {
  year: z
    .int()
    .min(FIRST_YEAR)
    .max(9_999)
    .refine((year) => year <= new Date().getUTCFullYear(), 'Must not be in the future'),
});

/** Requests the report of the caller's orders of a year. */
@Scopes('orders:read')
@Limited({ cost: 20 })
@Injectable()
export class RequestReport {
  constructor(
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /** Adds the job that writes it. The same key and year of a caller is the same job. @throws {GatewayError} IDEMPOTENCY_MISMATCH */
  async run(
    context: Context,
    { year }: InputOf<typeof ReportBody>,
    idempotencyKey: string | undefined,
  ): Promise<JobView> {
    const job = await this.jobs.add(context, RunYearlyReport, { year }, { idempotencyKey });
    this.audit.write(context, 'report.requested', { userId: job.owner, jobId: job.id });
    return JobView.of(job);
  }
}
