import { GatewayError } from '#libs/errors';
import { type Context, type Listed, listed } from '#libs/upstream';
import { type NewReview, type Review, Reviews } from './reviews.port.ts';

/** In-memory reviews, which keep every promise of the port. For specs. */
export class ReviewsFake extends Reviews {
  /** The ids of unreadable reviews. */
  readonly unreadable = new Set<string>();

  private readonly authors = new Map<string, string>();
  private count = 0;

  /** @param byProduct the reviews by product id, newest first */
  constructor(private readonly byProduct: Record<string, Review[]> = {}) {
    super();
  }

  async newestOf(_: Context, productId: string, first: number): Promise<Listed<Review>[]> {
    return listed((this.byProduct[productId] ?? []).slice(0, first), this.unreadable);
  }

  async write({ caller }: Context, productId: string, review: NewReview): Promise<Review> {
    if (!/^[\w-]{1,64}$/.test(productId)) throw new GatewayError('NOT_FOUND');
    const others = (this.byProduct[productId] ??= []);
    const before = others.find(({ id }) => this.authors.get(id) === caller.id);
    if (before && isSame(before, review)) return before;
    const { id } = before ?? { id: `new-${(this.count += 1)}` };
    const written = { ...review, id, writtenAt: new Date().toISOString() };
    this.byProduct[productId] = [written, ...others.filter((one) => one !== before)];
    this.authors.set(id, caller.id!);
    return written;
  }

  async deleteOwn({ caller }: Context): Promise<void> {
    for (const [productId, reviews] of Object.entries(this.byProduct))
      this.byProduct[productId] = reviews.filter(({ id }) => this.authors.get(id) !== caller.id);
  }
}

const isSame = (one: NewReview, other: NewReview): boolean =>
  one.authorName === other.authorName && one.rating === other.rating && one.text === other.text;
