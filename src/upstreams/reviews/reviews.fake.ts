import { type Context, type Listed, listed } from '#libs/upstream';
import { type Review, Reviews } from './reviews.port.ts';

/** In-memory reviews, which keep every promise of the port. For specs. */
export class ReviewsFake extends Reviews {
  /** The ids of unreadable reviews. */
  readonly unreadable = new Set<string>();

  /** @param byProduct the reviews by product id, newest first */
  constructor(private readonly byProduct: Record<string, Review[]> = {}) {
    super();
  }

  async newestOf(_: Context, productId: string, first: number): Promise<Listed<Review>[]> {
    return listed((this.byProduct[productId] ?? []).slice(0, first), this.unreadable);
  }
}
