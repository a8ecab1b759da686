import { cache, type Declarations } from '#libs/cache';
import type { Context, Listed } from '#libs/upstream';

/** What somebody thinks of a product. */
export interface Review {
  id: string;
  /** As the author wants to be called. */
  authorName: string;
  /** 1 to 5. */
  rating: number;
  text: string;
  /** RFC 3339 UTC. */
  writtenAt: string;
}

/** What the gateway asks about reviews. One that breaks the contract of the service is `Unreadable` in its place. */
export abstract class Reviews {
  /** What may be remembered of the answers. */
  static readonly cache: Declarations<Reviews> = {
    newestOf: cache({
      ttl: 60,
      staleWhileRevalidate: 300,
      staleIfError: 86_400,
      scope: 'public',
      tags: (_, productId: string) => ['reviews', `reviews:${productId}`],
    }),
  };

  /** The newest reviews of a product, at most `first` (1 to 100); none of a product that nobody knows. */
  abstract newestOf(context: Context, productId: string, first: number): Promise<Listed<Review>[]>;
}
