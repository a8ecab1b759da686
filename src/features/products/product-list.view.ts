import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { Shown, View } from '#libs/view';
import { Int } from '@nestjs/graphql';
import { ProductView } from './product.view.ts';

/** One page of the products that match. */
@View('ProductList')
export class ProductListView {
  @Shown(() => [ProductView])
  items!: ProductView[];

  @Shown(() => Int, { description: 'How many match in all.' })
  total!: number;

  @Shown(() => Int)
  page!: number;

  @Shown(() => Int)
  pageSize!: number;

  @Shown(() => Int)
  totalPages!: number;

  @ListSize({ assumedSize: 1 })
  @Shown(() => [DegradedView], { description: 'What of this list could not be had: `items.2` is left out of it.' })
  degraded!: DegradedView[];
}
