import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Audit } from '#gateway/identity/audit/audit';
import { type ExportedOrder, Orders } from '#gateway/upstreams/orders/orders.port';
import type { AnswerStream, Context, Listed } from '#libs/upstream';
import { type InputOf, parameters } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

/** The parameters of an export of orders. */
export const ExportOrdersQuestion = parameters('ExportOrdersQuestion', {
  after: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('The id of the last order of an export that broke off: this one has those after it.'),
});

/** Exports the caller's orders, or with the scope `admin` those of everybody. */
@Scopes('orders:read')
@Limited({ cost: 20 })
@Injectable()
export class ExportOrders {
  constructor(
    private readonly orders: Orders,
    private readonly audit: Audit,
  ) {}

  /**
   * All orders, newest first, as they are taken. Unreadable ones are in their place. An export of everybody's orders is
   * in the audit log.
   * @throws {GatewayError} VALIDATION_FAILED, also from the first read, if `after` is not an order of the export;
   * UPSTREAM_*
   */
  async run(
    context: Context,
    { after }: InputOf<typeof ExportOrdersQuestion>,
  ): Promise<AnswerStream<Listed<ExportedOrder>[]>> {
    const { id: userId, scopes } = context.caller;
    const exported = await this.orders.exportAll(context, after);
    if (scopes.includes('admin')) this.audit.write(context, 'data.exported', { userId });
    return exported;
  }
}
