import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { Shown, View } from '#libs/view';
import { ProductView } from './product.view.ts';
import { ReviewView } from './review.view.ts';

/** What a product page shows. */
@View('ProductPage')
export class ProductPageView {
  @Shown(() => ProductView)
  product!: ProductView;

  @Shown(() => [ProductView], { nullable: true, description: 'Products like this one; null if unavailable.' })
  related?: ProductView[] | null;

  @Shown(() => [ReviewView], { nullable: true, description: 'The newest reviews; null if unavailable.' })
  reviews?: ReviewView[] | null;

  @ListSize({ assumedSize: 1 })
  @Shown(() => [DegradedView], { description: 'What of this page could not be had.' })
  degraded!: DegradedView[];
}
