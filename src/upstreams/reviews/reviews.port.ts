import { cache, type Declarations } from '#libs/cache';
import type { Context, Listed } from '#libs/upstream';

/** A review of a product. */
export interface Review {
  id: string;
  /** The display name of the author. */
  authorName: string;
  /** 1 to 5. */
  rating: number;
  text: string;
  /** RFC 3339 UTC. */
  writtenAt: string;
}

/** The port of reviews. A review that breaks the contract of the service is `Unreadable` at its position. */
export abstract class Reviews {
  /** The cache policy of each method. */
  static readonly cache: Declarations<Reviews> = {
    newestOf: cache({
      ttl: 60,
      staleWhileRevalidate: 300,
      staleIfError: 86_400,
      scope: 'public',
      tags: (_, productId: string) => ['reviews', `reviews:${productId}`],
    }),
  };

  /** The newest reviews of a product, at most `first` (1 to 100); none for an unknown product. */
  abstract newestOf(context: Context, productId: string, first: number): Promise<Listed<Review>[]>;
}
