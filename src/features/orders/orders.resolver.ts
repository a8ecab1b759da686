import { Runs } from '#gateway/declare/runs';
import { ListSize } from '#gateway/declare/list-size';
import { FromArgs, FromInput } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { SemanticNonNull } from '#gateway/declare/semantic-non-null';
import { SelectedFields } from '#gateway/declare/selected-fields';
import { filterMap, iterate } from '#libs/events';
import type { Context } from '#libs/upstream';
import type { InputOf, Selection } from '#libs/view';
import { Args, ID, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { CancelOrder, CancelOrderInput } from './cancel-order.ts';
import { FollowOrder } from './follow-order.ts';
import { GetOrder } from './get-order.ts';
import { ListOrders, ListOrdersQuestion } from './list-orders.ts';
import { OrderConnectionView } from './order-list.view.ts';
import { OrderPageView } from './order-page.view.ts';
import { OrderProgressView } from './order-progress.view.ts';
import { OrderResultUnion } from './order-result.view.ts';
import { PlaceOrderInput } from './place-order-input.ts';
import { PlaceOrder } from './place-order.ts';

@Resolver()
export class OrdersResolver {
  constructor(
    private readonly listOrders: ListOrders,
    private readonly getOrder: GetOrder,
    private readonly place: PlaceOrder,
    private readonly cancel: CancelOrder,
    private readonly follow: FollowOrder,
  ) {}

  @Runs(ListOrders)
  @ListSize({ slicingArguments: ['first'], sizedFields: ['nodes', 'edges'] })
  @SemanticNonNull()
  @Query(() => OrderConnectionView, { nullable: true, description: "The caller's orders, newest first." })
  async orders(
    @RequestContext() context: Context,
    @FromArgs(ListOrdersQuestion) question: InputOf<typeof ListOrdersQuestion>,
    @SelectedFields('nodes', 'edges.node') selection: Selection,
  ) {
    return OrderConnectionView.of(await this.listOrders.run(context, question, selection));
  }

  @Runs(GetOrder)
  @Query(() => OrderPageView, { nullable: true, description: 'An order.' })
  order(
    @RequestContext() context: Context,
    @Args('id', { type: () => ID }) id: string,
    @SelectedFields() selection: Selection,
  ) {
    return this.getOrder.run(context, id, selection);
  }

  @Runs(PlaceOrder)
  @Mutation(() => OrderResultUnion, { nullable: true, description: 'Places an order.' })
  placeOrder(
    @RequestContext() context: Context,
    @FromInput(PlaceOrderInput) question: InputOf<typeof PlaceOrderInput>,
    @SelectedFields('order') selection: Selection,
  ) {
    return this.place.run(context, question, selection);
  }

  @Runs(CancelOrder)
  @Mutation(() => OrderResultUnion, {
    nullable: true,
    description: 'Cancels an order. Idempotent.',
  })
  cancelOrder(
    @RequestContext() context: Context,
    @FromInput(CancelOrderInput) question: InputOf<typeof CancelOrderInput>,
    @SelectedFields('order') selection: Selection,
  ) {
    return this.cancel.run(context, question, selection);
  }

  @Runs(FollowOrder)
  @Subscription(() => OrderProgressView, {
    description: 'The status changes of an order: past ones first, then each as it happens.',
    resolve: (progress: OrderProgressView) => progress,
  })
  async orderStatus(@RequestContext() context: Context, @Args('id', { type: () => ID }) id: string) {
    return filterMap(iterate(await this.follow.run(context, id, undefined)), ({ event }) =>
      event.type === 'moved' ? OrderProgressView.of(event.data) : undefined,
    );
  }
}
