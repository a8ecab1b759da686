import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { Shown, View } from '#libs/view';
import { Int } from '@nestjs/graphql';
import { ProductView } from './product.view.ts';

/** One page of matching products. */
@View('ProductList')
export class ProductListView {
  @Shown(() => [ProductView])
  items!: ProductView[];

  @Shown(() => Int, { description: 'The number of all matching products.' })
  total!: number;

  @Shown(() => Int)
  page!: number;

  @Shown(() => Int)
  pageSize!: number;

  @Shown(() => Int)
  totalPages!: number;

  @ListSize({ assumedSize: 1 })
  @Shown(() => [DegradedView], { description: 'The missing or stale parts: an unreadable `items.2` is left out.' })
  degraded!: DegradedView[];
}
