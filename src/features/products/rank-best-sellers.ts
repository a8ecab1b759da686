import { JobKind } from '#gateway/jobs/job-kind';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import type { RunningJob } from '#libs/jobs';
import { type Context, isReadable } from '#libs/upstream';
import { z } from 'zod';
import { BEST_SELLERS } from './best-sellers.ts';
import { MAX_RANKED, type Ranking, SalesRanking } from './sales-ranking.ts';

/** The age up to which orders count, in milliseconds: a year. */
const COUNTED_MS = 365 * 86_400_000;

/** Counts the sold products of a year, each night. */
@JobKind({
  name: BEST_SELLERS,
  input: z.strictObject({}),
  schedule: { dailyAt: '02:30', scopes: ['admin'] },
  attempts: 5,
  backoffMs: 60_000,
})
export class RankBestSellers {
  constructor(
    private readonly orders: Orders,
    private readonly ranking: SalesRanking,
  ) {}

  /**
   * Reads everybody's orders as a stream, and replaces the ranking. Cancelled and unreadable orders are left out.
   * @throws {GatewayError} UPSTREAM_* if the orders cannot be read to the end; then the ranking stays as it was
   */
  async run(context: Context, { progress, signal }: RunningJob<object>): Promise<Ranking> {
    const countedAt = Date.now();
    const sold = new Map<string, number>();
    let read = 0;
    const batches = await this.orders.exportAll(context);
    try {
      for await (const batch of batches) {
        signal.throwIfAborted();
        progress((read += batch.length));
        const orders = batch.filter(isReadable);
        const recent = orders.filter(({ placedAt }) => countedAt - Date.parse(placedAt) < COUNTED_MS);
        const lines = recent.flatMap((order) => (order.status === 'CANCELLED' ? [] : order.lines));
        for (const { productId, quantity } of lines) sold.set(productId, (sold.get(productId) ?? 0) + quantity);
        // They are newest first.
        if (recent.length < orders.length) break;
      }
    } finally {
      batches.close();
    }
    const products = [...sold]
      .map(([productId, count]) => ({ productId, sold: count }))
      .sort((one, other) => other.sold - one.sold || (one.productId < other.productId ? -1 : 1))
      .slice(0, MAX_RANKED);
    const ranking = { products, countedAt };
    await this.ranking.replace(ranking);
    return ranking;
  }
}
