import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { AnyQuery } from '#gateway/declare/question';
import { Documents } from '#gateway/transports/graphql/documents/documents';
import { Usage } from '#gateway/transports/graphql/usage/usage';
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { UsageDays } from './usage-query.ts';
import { type UsageReport, usageReport } from './usage-report.ts';

/** The use of GraphQL operations, for operators and for `npm run schema:diff -- --used`. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/usage', version: VERSION_NEUTRAL })
export class UsageController {
  constructor(
    private readonly usage: Usage,
    private readonly documents: Documents,
  ) {}

  @Scopes('admin')
  @Get()
  // It is checked as a whole below.
  @AnyQuery()
  async report(@UsageDays() days: string[]): Promise<UsageReport> {
    return usageReport(days, await this.usage.on(days), this.documents.all);
  }
}
