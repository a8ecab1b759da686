import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { AnyQuery } from '#gateway/declare/question';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { UsageDays } from './usage-query.ts';
import type { UsageReport } from './usage-report.ts';
import { UsageReports } from './usage-reports.ts';

/** The use of operations, for operators and for `npm run schema:diff -- --used`. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/usage', version: VERSION_NEUTRAL })
export class UsageController {
  constructor(private readonly reports: UsageReports) {}

  @Scopes('admin')
  @Get()
  // It is checked as a whole below.
  @AnyQuery()
  report(@UsageDays() days: string[]): Promise<UsageReport> {
    return this.reports.on(days);
  }
}
