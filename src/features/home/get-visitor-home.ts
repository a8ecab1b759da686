import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Products } from '#gateway/upstreams/products/products.port';
import type { ProductView } from '#gateway/features/products/product.view';
import { gather, required } from '#libs/gather';
import { type Context, readable } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** How many products the page has. */
const BEST = 12;

/** Reads the home page of visitors who are not logged in. */
@Public()
@Limited({ cost: 2 })
@Injectable()
export class GetVisitorHome {
  constructor(private readonly products: Products) {}

  /** The products with the best ratings. @throws {GatewayError} UPSTREAM_* */
  run(context: Context): Promise<{ best: ProductView[] }> {
    return gather(context, {
      best: required(async (context) => {
        const question = { sort: 'RATING_DESC', page: 1, pageSize: BEST } as const;
        return readable(context, (await this.products.search(context, question)).products);
      }),
    });
  }
}
