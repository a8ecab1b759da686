import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { Page, PageForm } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import { check, Selection, wholeView } from '#libs/view';
import { Controller, Get, Param, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CancelOrder } from './cancel-order.ts';
import { GetOrder } from './get-order.ts';
import { ListOrders, ListOrdersQuestion } from './list-orders.ts';
import { OrderDetails } from './order-details.part.tsx';
import { OrderPageView } from './order-page.view.ts';
import { orderPath, OrderRows } from './order-rows.part.tsx';

const WHOLE = wholeView(OrderPageView, ['order.lines.product']);

/** The visitor's orders. */
@ApiExcludeController()
@Controller({ path: 'shop/orders', version: VERSION_NEUTRAL })
export class OrdersPage {
  constructor(
    private readonly listOrders: ListOrders,
    private readonly getOrder: GetOrder,
    private readonly cancelOrder: CancelOrder,
    private readonly pages: PageResponder,
  ) {}

  @Runs(ListOrders)
  @Page()
  @Get()
  async list(@PageVisit() visit: Visit) {
    const { context, language, request } = visit;
    const t = shopMessages[language].order;
    const { after } = request.query as Record<string, unknown>;
    const question = check(ListOrdersQuestion.schema, after === undefined ? {} : { after });
    const { items, nextCursor } = await this.listOrders.run(context, question, Selection.leaf);
    return this.pages.whole(visit, {
      name: 'orders',
      title: t.all,
      content: (
        <>
          <OrderRows language={language} orders={items} after={question.after} />
          {nextCursor !== null && (
            <p class="pages">
              <a rel="next" href={`/shop/orders?after=${encodeURIComponent(nextCursor)}`}>
                {t.older}
              </a>
            </p>
          )}
        </>
      ),
    });
  }

  @Runs(GetOrder)
  @Page()
  @Get(':id')
  order(@PageVisit() visit: Visit, @Param('id') id: string) {
    return this.show(visit, id);
  }

  @Runs(CancelOrder)
  @PageForm()
  @Post(':id/cancel')
  async cancel(@PageVisit() visit: Visit, @Param('id') id: string) {
    const result = await this.cancelOrder.run(visit.context, { id });
    if (!('order' in result)) {
      void visit.reply.status(409);
      return this.show(visit, id, shopMessages[visit.language].order.notCancellable);
    }
    void visit.reply.header('location', orderPath(id));
    return undefined;
  }

  private async show(visit: Visit, id: string, problem?: string) {
    const { context, language } = visit;
    const { order, degraded } = await this.getOrder.run(context, id, WHOLE);
    return this.pages.whole(visit, {
      name: 'order',
      title: shopMessages[language].order.title(order.id),
      content: <OrderDetails visit={visit} order={order} degraded={degraded} problem={problem} />,
    });
  }
}
