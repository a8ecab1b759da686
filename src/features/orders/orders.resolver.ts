import { Runs } from '#gateway/declare/runs';
import { ListSize } from '#gateway/declare/list-size';
import { FromArgs, FromInput } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { SemanticNonNull } from '#gateway/declare/semantic-non-null';
import { WantedParts } from '#gateway/declare/wanted-parts';
import { filterMap, iterate } from '#libs/events';
import type { Context } from '#libs/upstream';
import type { Asked, Wanted } from '#libs/view';
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
    @FromArgs(ListOrdersQuestion) question: Asked<typeof ListOrdersQuestion>,
    @WantedParts('nodes', 'edges.node') wanted: Wanted,
  ) {
    return OrderConnectionView.of(await this.listOrders.run(context, question, wanted));
  }

  @Runs(GetOrder)
  @Query(() => OrderPageView, { nullable: true, description: 'An order.' })
  order(
    @RequestContext() context: Context,
    @Args('id', { type: () => ID }) id: string,
    @WantedParts() wanted: Wanted,
  ) {
    return this.getOrder.run(context, id, wanted);
  }

  @Runs(PlaceOrder)
  @Mutation(() => OrderResultUnion, { nullable: true, description: 'Places an order.' })
  placeOrder(
    @RequestContext() context: Context,
    @FromInput(PlaceOrderInput) question: Asked<typeof PlaceOrderInput>,
    @WantedParts('order') wanted: Wanted,
  ) {
    return this.place.run(context, question, wanted);
  }

  @Runs(CancelOrder)
  @Mutation(() => OrderResultUnion, {
    nullable: true,
    description: 'Cancels an order. Idempotent.',
  })
  cancelOrder(
    @RequestContext() context: Context,
    @FromInput(CancelOrderInput) question: Asked<typeof CancelOrderInput>,
    @WantedParts('order') wanted: Wanted,
  ) {
    return this.cancel.run(context, question, wanted);
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
