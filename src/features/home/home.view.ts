import { ListSize } from '#gateway/declare/list-size';
import { UserView } from '#gateway/features/account/user.view';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { OrderView } from '#gateway/features/orders/order.view';
import { ProductView } from '#gateway/features/products/product.view';
import { Shown, View } from '#libs/view';

/** What the home page shows. */
@View(
  'Home',
  'What the home page shows. Every part is null while it is unavailable, and then named in `degraded`.',
)
export class HomeView {
  @Shown(() => UserView, { nullable: true })
  user?: UserView | null;

  @Shown(() => [OrderView], { nullable: true, description: "The caller's newest orders, newest first." })
  recentOrders?: OrderView[] | null;

  @Shown(() => [ProductView], { nullable: true, description: 'Products that suit the caller, the best first.' })
  recommendations?: ProductView[] | null;

  @ListSize({ assumedSize: 1 })
  @Shown(() => [DegradedView], { description: 'What of this page could not be had.' })
  degraded!: DegradedView[];
}
