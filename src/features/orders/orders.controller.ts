import { Runs } from '#gateway/declare/runs';
import { Answers } from '#gateway/declare/answers';
import { FromBody, FromQuery } from '#gateway/declare/question';
import { RoutePriority } from '#gateway/declare/priority';
import { RequestContext } from '#gateway/declare/request-context';
import { SelectedFields } from '#gateway/declare/selected-fields';
import { LastSeen, StreamResponder } from '#gateway/transports/sse/stream-responder';
import { Streams } from '#gateway/transports/sse/streams';
import { StreamQuestion } from '#gateway/transports/sse/stream-question';
import { AnswersRows } from '#gateway/transports/tables/answers-rows';
import { TableResponder } from '#gateway/transports/tables/table-responder';
import { AnswersJob } from '#gateway/jobs/job.view';
import { IdempotencyKey } from '#gateway/declare/idempotency-key';
import { Tag } from '#gateway/declare/tag';
import type { Context } from '#libs/upstream';
import type { InputOf, Selection } from '#libs/view';
import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CancelOrder } from './cancel-order.ts';
import { ExportedOrderView } from './exported-order.view.ts';
import { ExportOrders, ExportOrdersQuestion } from './export-orders.ts';
import { FollowOrder } from './follow-order.ts';
import { GetOrder } from './get-order.ts';
import { ListOrders, ListOrdersQuestion } from './list-orders.ts';
import { ORDER_EVENTS } from './order-events.ts';
import { orderFrame } from './order-frame.ts';
import { orderTable } from './order-table.ts';
import { OrderListView } from './order-list.view.ts';
import { OrderPageView } from './order-page.view.ts';
import { orderIn } from './order-result.view.ts';
import { OrderView } from './order.view.ts';
import { PlaceOrderBody } from './place-order-input.ts';
import { PlaceOrder } from './place-order.ts';
import { RequestOrderExport } from './request-order-export.ts';
import { OrderExportBody } from './write-order-export.ts';

@Tag('orders', 'Orders of the caller.')
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly listOrders: ListOrders,
    private readonly getOrder: GetOrder,
    private readonly placeOrder: PlaceOrder,
    private readonly cancelOrder: CancelOrder,
    private readonly followOrder: FollowOrder,
    private readonly exportOrders: ExportOrders,
    private readonly requestOrderExport: RequestOrderExport,
    private readonly streams: StreamResponder,
    private readonly tables: TableResponder,
  ) {}

  @Runs(ListOrders)
  @Get()
  @ApiOperation({ operationId: 'listOrders', summary: "The caller's orders, newest first" })
  @Answers(OrderListView)
  list(
    @RequestContext() context: Context,
    @FromQuery(ListOrdersQuestion) question: InputOf<typeof ListOrdersQuestion>,
    @SelectedFields('items') selection: Selection,
  ) {
    return this.listOrders.run(context, question, selection);
  }

  @Runs(ExportOrders)
  @RoutePriority('export')
  @Get('export')
  @ApiOperation({
    operationId: 'exportOrders',
    summary: "All of the caller's orders, or everybody's with the scope `admin`, newest first",
  })
  @AnswersRows(ExportedOrderView)
  export(
    @RequestContext() context: Context,
    @FromQuery(ExportOrdersQuestion) question: InputOf<typeof ExportOrdersQuestion>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.tables.answer(request, reply, orderTable, () => this.exportOrders.run(context, question));
  }

  @Runs(RequestOrderExport)
  @RoutePriority('export')
  @Post('exports')
  @ApiOperation({
    operationId: 'requestOrderExport',
    summary: 'Write an export to a file; the result of the job has its link',
  })
  @AnswersJob()
  requestExport(
    @RequestContext() context: Context,
    @FromBody(OrderExportBody) body: InputOf<typeof OrderExportBody>,
    @IdempotencyKey() idempotencyKey: string | undefined,
  ) {
    return this.requestOrderExport.run(context, body, idempotencyKey);
  }

  @Runs(GetOrder)
  @Get(':id')
  @ApiOperation({ operationId: 'getOrder', summary: 'An order with the products of its lines' })
  @Answers(OrderPageView, { joined: ['order.lines.product'] })
  page(@RequestContext() context: Context, @Param('id') id: string, @SelectedFields() selection: Selection) {
    return this.getOrder.run(context, id, selection);
  }

  @Runs(PlaceOrder)
  @Post()
  @ApiOperation({ operationId: 'placeOrder', summary: 'Place an order' })
  @Answers(OrderView, { createdAt: ({ id }) => `/v1/orders/${id}` })
  async place(
    @RequestContext() context: Context,
    @FromBody(PlaceOrderBody) order: InputOf<typeof PlaceOrderBody>,
    @IdempotencyKey() idempotencyKey: string | undefined,
  ) {
    return orderIn(await this.placeOrder.run(context, { ...order, idempotencyKey }));
  }

  @Runs(CancelOrder)
  @Post(':id/cancel')
  @ApiOperation({ operationId: 'cancelOrder', summary: 'Cancel an order' })
  @Answers(OrderView)
  async cancel(@RequestContext() context: Context, @Param('id') id: string) {
    return orderIn(await this.cancelOrder.run(context, { id }));
  }

  @Runs(FollowOrder)
  @Get(':id/events')
  @ApiOperation({ operationId: 'followOrder', summary: 'The status changes of an order' })
  @Streams(
    'Events `status`: the moves of the order after the last one received; `end` after the final one.',
    ORDER_EVENTS,
  )
  async events(
    @RequestContext() context: Context,
    @Param('id') id: string,
    @FromQuery(StreamQuestion) question: InputOf<typeof StreamQuestion>,
    @LastSeen() lastSeen: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const moves = await this.followOrder.run(context, id, lastSeen);
    return this.streams.open(request, reply, question, moves, orderFrame);
  }
}
