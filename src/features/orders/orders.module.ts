import { IdempotencyModule } from '#gateway/edge/idempotency/idempotency.module';
import { Module } from '@nestjs/common';
import { AddAttachment } from './attachments/add-attachment.ts';
import { AttachmentsController } from './attachments/attachments.controller.ts';
import { Attachments } from './attachments/attachments.ts';
import { DeleteAttachment, GetAttachment, ListAttachments } from './attachments/read-attachments.ts';
import { GetCart } from './cart/get-cart.ts';
import { CancelOrder } from './cancel-order.ts';
import { ExportOrders } from './export-orders.ts';
import { FollowOrder } from './follow-order.ts';
import { GetOrder } from './get-order.ts';
import { ListOrders } from './list-orders.ts';
import { OrderDigests } from './order-digests.ts';
import { OrdersController } from './orders.controller.ts';
import { OrdersResolver } from './orders.resolver.ts';
import { SendOrderDigest } from './send-order-digest.ts';
import { PlaceOrder } from './place-order.ts';
import { RequestOrderExport } from './request-order-export.ts';
import { WriteOrderExport } from './write-order-export.ts';
import { ReportsController } from './reports/reports.controller.ts';
import { RequestReport } from './reports/request-report.ts';
import { RunYearlyReport } from './reports/run-yearly-report.ts';

@Module({
  imports: [IdempotencyModule],
  controllers: [OrdersController, ReportsController, AttachmentsController],
  providers: [
    Attachments,
    AddAttachment,
    ListAttachments,
    GetAttachment,
    DeleteAttachment,
    OrdersResolver,
    GetCart,
    ListOrders,
    GetOrder,
    PlaceOrder,
    OrderDigests,
    SendOrderDigest,
    CancelOrder,
    FollowOrder,
    ExportOrders,
    RequestReport,
    RunYearlyReport,
    RequestOrderExport,
    WriteOrderExport,
  ],
  exports: [ListOrders, GetOrder, PlaceOrder, CancelOrder, GetCart],
})
export class OrdersModule {}
