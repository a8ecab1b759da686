import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Activity } from '#gateway/declare/activity';
import { Limited } from '#gateway/declare/limited';
import { Products } from '#gateway/upstreams/products/products.port';
import { Reviews } from '#gateway/upstreams/reviews/reviews.port';
import { GatewayError } from '#libs/errors';
import { gather, optional, required } from '#libs/gather';
import { type Context, readable } from '#libs/upstream';
import { firstOf, Selection } from '#libs/view';
import { Injectable } from '@nestjs/common';
import type { ProductPageView } from './product-page.view.ts';

/** How many related products the page has where the client does not say. */
export const RELATED = 8;

/** How many of the newest reviews the page has where the client does not say. */
export const REVIEWS = 5;

/** Reads the page of a product. */
@Public()
@Limited({ cost: 3 })
@Activity({ event: 'browse', aboutOf: (_: never, productId: string) => ({ productId }), isFrequent: true })
@Refuses('NOT_FOUND')
@Injectable()
export class GetProductPage {
  constructor(
    private readonly products: Products,
    private readonly reviews: Reviews,
  ) {}

  /**
   * The product, and its related products and reviews if selected.
   * @throws {GatewayError} NOT_FOUND or UPSTREAM_* of the product; VALIDATION_FAILED for a `first` outside 1 to 100
   */
  async run(context: Context, id: string, selection: Selection): Promise<ProductPageView> {
    const related = selection.at('related');
    const reviews = selection.at('reviews');
    const firstRelated = firstOf(related ?? Selection.leaf, RELATED);
    const firstReviews = firstOf(reviews ?? Selection.leaf, REVIEWS);
    return gather(context, {
      product: required((context) => this.product(context, id)),
      related:
        related !== undefined &&
        optional(async (context) => readable(context, await this.products.related(context, id, firstRelated))),
      reviews:
        reviews !== undefined &&
        optional(async (context) => readable(context, await this.reviews.newestOf(context, id, firstReviews))),
    });
  }

  private async product(context: Context, id: string) {
    const product = await this.products.byId(context, id);
    if (!product) throw new GatewayError('NOT_FOUND', { detail: 'There is no such product.' });
    return product;
  }
}
