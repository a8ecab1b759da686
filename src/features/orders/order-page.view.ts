import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { Shown, View } from '#libs/view';
import { OrderView } from './order.view.ts';

/** What an order page shows. */
@View('OrderPage')
export class OrderPageView {
  @Shown(() => OrderView)
  order!: OrderView;

  @ListSize({ assumedSize: 1 })
  @Shown(() => [DegradedView], { description: 'What of this page could not be had.' })
  degraded!: DegradedView[];
}
