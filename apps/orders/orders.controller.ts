import { orders } from '#libs/contracts';
import { CallContext, checked, Context, GrpcStream } from '#libs/service';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CancelOrder } from './cancel-order.ts';
import { ExportOrders } from './export-orders.ts';
import { OrderBook } from './order-book.ts';
import { toMessage, toMoveMessage } from './order-message.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { PlaceOrder } from './place-order.ts';
import {
  batchRequest,
  exportRequest,
  listRequest,
  placeRequest,
  recentRequest,
  watchRequest,
} from './requests.ts';
import { fromProto } from './status.ts';
import { visibleOwner } from './visible-order.ts';
import { WatchOrder } from './watch-order.ts';

/** The RPCs of `shop.orders.v1`. */
@Controller()
export class OrdersController {
  constructor(
    private readonly book: OrderBook,
    private readonly place: PlaceOrder,
    private readonly cancel: CancelOrder,
    private readonly watch: WatchOrder,
    private readonly exported: ExportOrders,
  ) {}

  @GrpcMethod('OrdersService')
  async listRecentOrders(@Context() context: CallContext, @Payload() request: orders.ListRecentOrdersRequest) {
    const { pageSize: limit } = checked(recentRequest, request);
    return { orders: (await this.book.page({ userId: context.callerId, limit })).map(toMessage) };
  }

  @GrpcMethod('OrdersService')
  async listOrders(@Context() context: CallContext, @Payload() request: orders.ListOrdersRequest) {
    const { pageSize, ...requested } = checked(listRequest, request);
    const status = fromProto(requested.status);
    const after = readPageToken(requested.pageToken, status);
    // One row more than requested tells whether there is a next page.
    const rows = await this.book.page({ userId: context.callerId, status, after, limit: pageSize + 1 });
    const page = rows.slice(0, pageSize);
    const pageTokens = page.map((row) => pageToken(row, status));
    const nextPageToken = rows.length > pageSize ? pageTokens.at(-1)! : '';
    return { orders: page.map(toMessage), nextPageToken, pageTokens };
  }

  @GrpcMethod('OrdersService')
  async batchGetOrders(@Context() context: CallContext, @Payload() request: orders.BatchGetOrdersRequest) {
    const { ids } = checked(batchRequest, request);
    return { orders: (await this.book.byIds(ids, visibleOwner(context))).map(toMessage) };
  }

  @GrpcMethod('OrdersService')
  async placeOrder(@Context() context: CallContext, @Payload() request: orders.PlaceOrderRequest) {
    const { callerId } = context;
    return { order: toMessage(await this.place.run(callerId, checked(placeRequest, request))) };
  }

  @GrpcMethod('OrdersService')
  async cancelOrder(@Context() context: CallContext, @Payload() { id }: orders.CancelOrderRequest) {
    return { order: toMessage(await this.cancel.run(context, id)) };
  }

  @GrpcStream('OrdersService')
  async *watchOrder(@Context() context: CallContext, @Payload() request: orders.WatchOrderRequest) {
    const { id, afterSequence } = checked(watchRequest, request);
    for await (const move of this.watch.run(context, id, afterSequence)) yield toMoveMessage(move);
  }

  @GrpcStream('OrdersService')
  async *exportOrders(@Context() context: CallContext, @Payload() request: orders.ExportOrdersRequest) {
    const { afterOrderId } = checked(exportRequest, request);
    for await (const rows of this.exported.run(context, afterOrderId)) yield { orders: rows.map(toMessage) };
  }

  @GrpcMethod('OrdersService')
  async anonymizeOrders(@Context() context: CallContext) {
    return { orderCount: await this.book.anonymize(context.callerId) };
  }
}
