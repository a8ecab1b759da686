import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { ViewField, View } from '#libs/view';
import { ProductView } from './product.view.ts';
import { ReviewView } from './review.view.ts';

/** The page of a product. */
@View('ProductPage')
export class ProductPageView {
  @ViewField(() => ProductView)
  product!: ProductView;

  @ViewField(() => [ProductView], { nullable: true, description: 'Related products; null if unavailable.' })
  related?: ProductView[] | null;

  @ViewField(() => [ReviewView], { nullable: true, description: 'The newest reviews; null if unavailable.' })
  reviews?: ReviewView[] | null;

  @ListSize({ assumedSize: 1 })
  @ViewField(() => [DegradedView], { description: 'The parts of this page that are missing or stale.' })
  degraded!: DegradedView[];
}
