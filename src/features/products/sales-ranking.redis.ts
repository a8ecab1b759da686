import { GatewayError } from '#libs/errors';
import type { Redis } from '#libs/redis';
import { productKeys } from './products.redis-keys.ts';
import { type Ranking, SalesRanking } from './sales-ranking.ts';

/** The member whose score is the time of the count. It is no id of a product. */
const COUNTED_AT = ':countedAt';

/** How long a ranking that was not completed is kept, in seconds. */
const NEXT_SECONDS = 60;

/** Keeps the ranking in a sorted set, shared by all gateways. */
export class SalesRankingRedis extends SalesRanking {
  constructor(private readonly redis: Redis) {
    super();
  }

  override async replace({ products, countedAt }: Ranking): Promise<void> {
    const [next, ranking] = [productKeys.nextBestSellers(), productKeys.bestSellers()];
    const scores = products.flatMap(({ productId, sold }) => [sold, productId]);
    // Readers see the one ranking or the other.
    const done = await this.redis
      .multi()
      .del(next)
      .zadd(next, countedAt, COUNTED_AT, ...scores)
      .expire(next, NEXT_SECONDS)
      .rename(next, ranking)
      .persist(ranking)
      .exec();
    const failed = done?.find(([error]) => error)?.[0];
    if (failed) throw failed;
  }

  override async top(first: number): Promise<Ranking | undefined> {
    // The time has the highest score.
    const [member, countedAt, ...rest] = await this.redis
      .zrevrange(productKeys.bestSellers(), 0, first, 'WITHSCORES')
      .catch((cause: unknown) => {
        const detail = 'The best sellers cannot be read.';
        throw new GatewayError('OVERLOADED', { source: 'jobs-unavailable', detail, cause });
      });
    if (member !== COUNTED_AT) return undefined;
    const products = rest.flatMap((productId, at) => (at % 2 ? [] : [{ productId, sold: Number(rest[at + 1]) }]));
    return { products, countedAt: Number(countedAt) };
  }
}
