import { cache, type Declarations, invalidates } from '#libs/cache';
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

/** What a customer says of a product. */
export type NewReview = Pick<Review, 'authorName' | 'rating' | 'text'>;

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
    write: invalidates((_, productId) => [`reviews:${productId}`]),
    deleteOwn: invalidates(() => ['reviews']),
  };

  /** The newest reviews of a product, at most `first` (1 to 100); none for an unknown product. */
  abstract newestOf(context: Context, productId: string, first: number): Promise<Listed<Review>[]>;

  /**
   * Writes the caller's only review of a product, or replaces it: the id stays. One that says the same stays as it is.
   * @throws {GatewayError} NOT_FOUND for an id that no product can have
   */
  abstract write(context: Context, productId: string, review: NewReview): Promise<Review>;

  /** Deletes all reviews of the caller. None is no error. */
  abstract deleteOwn(context: Context): Promise<void>;
}
