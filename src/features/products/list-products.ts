import { Public } from '#gateway/declare/access';
import { Activity } from '#gateway/declare/activity';
import { Limited } from '#gateway/declare/limited';
import { Products } from '#gateway/upstreams/products/products.port';
import { gather, required } from '#libs/gather';
import { type Context, readable } from '#libs/upstream';
import { type InputOf, enumeration, listSize, oneOf, parameters } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { ProductListView } from './product-list.view.ts';

/** The sort orders of products. */
export const ProductSort = enumeration(
  'ProductSort',
  ['RELEVANCE', 'PRICE_ASC', 'PRICE_DESC', 'RATING_DESC'],
  'The sort order of products.',
);

/** The parameters of a list of products. */
export const ListProductsQuestion = parameters('ListProductsQuestion', {
  search: z.string().max(200).optional(),
  category: z.string().max(100).optional(),
  sort: oneOf(ProductSort).default('RELEVANCE'),
  page: z.int().min(1).max(100_000).default(1),
  pageSize: listSize(20),
});

/** Lists products. */
@Public()
@Limited({ cost: 2, by: ['search'] })
@Activity({ event: 'browse', isFrequent: true })
@Injectable()
export class ListProducts {
  constructor(private readonly products: Products) {}

  /**
   * One page of matching products. An unreadable product is left out and named in `degraded`.
   * @throws {GatewayError} UPSTREAM_*
   */
  async run(context: Context, question: InputOf<typeof ListProductsQuestion>): Promise<ProductListView> {
    const { page, pageSize } = question;
    const { items: found, degraded } = await gather(context, {
      items: required(async (context) => {
        const { products, total } = await this.products.search(context, question);
        return { items: readable(context, products), total };
      }),
    });
    const { items, total } = found;
    return { items, total, page, pageSize, totalPages: Math.ceil(total / pageSize), degraded };
  }
}
