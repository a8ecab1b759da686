import { DegradedView } from '#gateway/features/views/degraded.view';
import { DateTime, RestView, ViewField } from '#libs/view';
import { Int } from '@nestjs/graphql';
import { ProductView } from './product.view.ts';

/** A product, and how often it was sold. */
@RestView('BestSeller', 'A product, and how often it was sold in a year.')
export class BestSellerView {
  @ViewField(() => ProductView)
  product!: ProductView;

  @ViewField(() => Int)
  sold!: number;
}

/** The best-selling products. */
@RestView('BestSellers', 'The best-selling products, best first.')
export class BestSellersView {
  @ViewField(() => [BestSellerView])
  items!: BestSellerView[];

  @ViewField(() => DateTime, {
    nullable: true,
    description: 'When they were counted; null before the first count.',
  })
  countedAt!: string | null;

  @ViewField(() => [DegradedView])
  degraded!: DegradedView[];
}
