import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { ViewField, View } from '#libs/view';
import { OrderView } from './order.view.ts';

/** The page of an order. */
@View('OrderPage')
export class OrderPageView {
  @ViewField(() => OrderView)
  order!: OrderView;

  @ListSize({ assumedSize: 1 })
  @ViewField(() => [DegradedView], { description: 'The parts of this page that are missing or stale.' })
  degraded!: DegradedView[];
}
