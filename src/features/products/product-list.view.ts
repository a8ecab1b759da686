import { ListSize } from '#gateway/declare/list-size';
import { DegradedView } from '#gateway/features/views/degraded.view';
import { ViewField, View } from '#libs/view';
import { Int } from '@nestjs/graphql';
import { ProductView } from './product.view.ts';

/** One page of matching products. */
@View('ProductList')
export class ProductListView {
  @ViewField(() => [ProductView])
  items!: ProductView[];

  @ViewField(() => Int, { description: 'The number of all matching products.' })
  total!: number;

  @ViewField(() => Int)
  page!: number;

  @ViewField(() => Int)
  pageSize!: number;

  @ViewField(() => Int)
  totalPages!: number;

  @ListSize({ assumedSize: 1 })
  @ViewField(() => [DegradedView], {
    description: 'The missing or stale parts: an unreadable `items.2` is left out.',
  })
  degraded!: DegradedView[];
}
