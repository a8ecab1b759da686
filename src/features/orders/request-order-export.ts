import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { JobView } from '#gateway/jobs/job.view';
import { Jobs } from '#gateway/jobs/jobs';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { type OrderExportBody, WriteOrderExport } from './write-order-export.ts';

/** Requests an export of orders as a file. */
@Scopes('orders:read')
@Limited({ cost: 20 })
@Injectable()
export class RequestOrderExport {
  constructor(private readonly jobs: Jobs) {}

  /**
   * The job that writes the file; the same for the same key.
   * @throws {GatewayError} IDEMPOTENCY_MISMATCH, OVERLOADED
   */
  async run(
    context: Context,
    body: InputOf<typeof OrderExportBody>,
    idempotencyKey: string | undefined,
  ): Promise<JobView> {
    return JobView.of(await this.jobs.add(context, WriteOrderExport, body, { idempotencyKey }));
  }
}
