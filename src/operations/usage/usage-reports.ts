import { Documents } from '#gateway/transports/graphql/documents/documents';
import { Usage } from '#gateway/transports/usage/usage';
import { Injectable } from '@nestjs/common';
import { type UsageReport, usageReport } from './usage-report.ts';

/** Reports the use of operations. */
@Injectable()
export class UsageReports {
  constructor(
    private readonly usage: Usage,
    private readonly documents: Documents,
  ) {}

  /** The use on days, in UTC, the last one last. @throws {GatewayError} OVERLOADED if Redis, which keeps it, cannot be reached */
  async on(days: readonly string[]): Promise<UsageReport> {
    return usageReport(days, await this.usage.on(days), this.documents.all);
  }
}
