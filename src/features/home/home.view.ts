import { ListSize } from '#gateway/declare/list-size';
import { UserView } from '#gateway/features/account/user.view';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { OrderView } from '#gateway/features/orders/order.view';
import { ProductView } from '#gateway/features/products/product.view';
import { ViewField, View } from '#libs/view';

/** The home page. */
@View('Home', 'The home page. An unavailable part is null and named in `degraded`.')
export class HomeView {
  @ViewField(() => UserView, { nullable: true })
  user?: UserView | null;

  @ViewField(() => [OrderView], { nullable: true, description: "The caller's newest orders, newest first." })
  recentOrders?: OrderView[] | null;

  @ViewField(() => [ProductView], {
    nullable: true,
    description: 'Products recommended to the caller, best first.',
  })
  recommendations?: ProductView[] | null;

  @ListSize({ assumedSize: 1 })
  @ViewField(() => [DegradedView], { description: 'The parts of this page that are missing or stale.' })
  degraded!: DegradedView[];
}
