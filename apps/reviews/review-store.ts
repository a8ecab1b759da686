import type { ReviewsApi } from '#libs/contracts';
import type { Kysely, Selectable } from 'kysely';

/** The tables of the service. */
export interface ReviewsSchema {
  reviews: {
    id: string;
    product_id: string;
    author_name: string;
    /** 1 to 5. */
    rating: number;
    text: string;
    /** RFC 3339 UTC. */
    written_at: string;
  };
}

/** Ids have at most 64 of `[A-Za-z0-9_-]`; no other string is a product id. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The storage of reviews. */
export class ReviewStore {
  constructor(private readonly db: Kysely<ReviewsSchema>) {}

  /** The newest `first` reviews of a product. */
  async newestOf(productId: string, first: number): Promise<ReviewsApi['Review'][]> {
    if (!ID.test(productId)) return [];
    const ofProduct = this.db.selectFrom('reviews').selectAll().where('product_id', '=', productId);
    const rows = await ofProduct.orderBy('written_at', 'desc').orderBy('id').limit(first).execute();
    return rows.map(toReview);
  }

  /** Whether the storage answers. */
  async isReachable(): Promise<boolean> {
    const query = this.db.selectFrom('reviews').select('id').limit(1).execute();
    return query.then(
      () => true,
      () => false,
    );
  }
}

function toReview(row: Selectable<ReviewsSchema['reviews']>): ReviewsApi['Review'] {
  const { id, product_id: productId, author_name: authorName, rating, text, written_at: writtenAt } = row;
  return { id, productId, authorName, rating, text, writtenAt };
}
