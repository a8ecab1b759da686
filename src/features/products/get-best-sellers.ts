import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Schedules } from '#gateway/jobs/schedules';
import { Products } from '#gateway/upstreams/products/products.port';
import { gather, required } from '#libs/gather';
import { type Context, readable } from '#libs/upstream';
import { type InputOf, listSize, parameters } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { BEST_SELLERS } from './best-sellers.ts';
import type { BestSellersView } from './best-sellers.view.ts';
import { SalesRanking } from './sales-ranking.ts';

/** The parameters of the best sellers. */
export const BestSellersQuestion = parameters('BestSellersQuestion', { first: listSize(10) });

/** Reads the best-selling products. */
@Public()
@Limited({ cost: 2 })
@Injectable()
export class GetBestSellers {
  constructor(
    private readonly ranking: SalesRanking,
    private readonly products: Products,
    private readonly schedules: Schedules,
  ) {}

  /**
   * The best `first` products that still exist. Before the first count there are none, and a job counts them.
   * @throws {GatewayError} UPSTREAM_*, OVERLOADED
   */
  async run(context: Context, { first }: InputOf<typeof BestSellersQuestion>): Promise<BestSellersView> {
    const ranking = await this.ranking.top(first);
    if (!ranking) {
      await this.schedules.addLatest(BEST_SELLERS);
      return { items: [], countedAt: null, degraded: context.degraded };
    }
    const ids = ranking.products.map(({ productId }) => productId);
    const { items: found, degraded } = await gather(context, {
      items: required(async (context) =>
        ids.length ? readable(context, await this.products.byIds(context, ids)) : [],
      ),
    });
    const byId = new Map(found.map((product) => [product.id, product]));
    const items = ranking.products.flatMap(({ productId, sold }) => {
      const product = byId.get(productId);
      return product ? [{ product, sold }] : [];
    });
    return { items, countedAt: new Date(ranking.countedAt).toISOString(), degraded };
  }
}
