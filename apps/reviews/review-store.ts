import { randomUUID } from 'node:crypto';
import type { ReviewsApi } from '#libs/contracts';
import { isId } from '#libs/service';
import { documentHas, type Reads, transact } from '#libs/storage';
import type { Generated, Kysely, Selectable } from 'kysely';

/** The members of a review's document that reviews are found by. */
export const DETAILS = ['language', 'purchase'] as const;

/** Some of them, with their text. */
export type ReviewDetails = Partial<Record<(typeof DETAILS)[number], string>>;

/** The tables of the service. */
export interface ReviewsSchema {
  reviews: {
    id: string;
    product_id: string;
    /** The user who wrote it, who has one of a product; null for the reviews of the demo. */
    author_id: string | null;
    author_name: string;
    /** 1 to 5. */
    rating: number;
    text: string;
    /** RFC 3339 UTC. */
    written_at: string;
    /** A JSON object: `ReviewDetails`. */
    details: Generated<string>;
  };
}

const UNVERIFIED = JSON.stringify({ purchase: 'unknown' } satisfies ReviewDetails);

/** The storage of reviews. `now` is in milliseconds since the epoch. */
export class ReviewStore {
  constructor(
    private readonly db: Kysely<ReviewsSchema>,
    private readonly reads: Reads<ReviewsSchema>,
    private readonly now: () => number = Date.now,
  ) {}

  /** The newest `first` reviews of a product, of those with all these details. */
  async newestOf(productId: string, first: number, details: ReviewDetails = {}): Promise<ReviewsApi['Review'][]> {
    if (!isId(productId)) return [];
    const rows = await this.reads.run((db) => {
      let ofProduct = db.selectFrom('reviews').selectAll().where('product_id', '=', productId);
      for (const [member, text] of Object.entries(details))
        ofProduct = ofProduct.where(documentHas(db, 'details', member, text));
      return ofProduct.orderBy('written_at', 'desc').orderBy('id').limit(first).execute();
    });
    return rows.map(toReview);
  }

  /**
   * Writes the author's only review of a product, which keeps its id if it is replaced. One that says the same is kept as it is.
   * @returns undefined for an id that no product can have
   */
  async write(
    authorId: string,
    productId: string,
    { authorName, rating, text }: ReviewsApi['NewReview'],
  ): Promise<ReviewsApi['Review'] | undefined> {
    if (!isId(productId)) return undefined;
    const content = { author_name: authorName, rating, text };
    return transact(this.db, async (transaction) => {
      const own = transaction
        .selectFrom('reviews')
        .selectAll()
        .where('author_id', '=', authorId)
        .where('product_id', '=', productId);
      const before = await own.executeTakeFirst();
      if (before && isSame(before, content)) return toReview(before);
      const review = { ...content, written_at: new Date(this.now()).toISOString() };
      await transaction
        .insertInto('reviews')
        .values({ id: randomUUID(), product_id: productId, author_id: authorId, details: UNVERIFIED, ...review })
        .onConflict((on) => on.columns(['author_id', 'product_id']).doUpdateSet(review))
        .execute();
      return toReview(await own.executeTakeFirstOrThrow());
    });
  }

  /** Deletes all reviews of an author, if there are any. */
  async deleteOf(authorId: string): Promise<void> {
    await this.db.deleteFrom('reviews').where('author_id', '=', authorId).execute();
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

type ReviewContent = Pick<Selectable<ReviewsSchema['reviews']>, 'author_name' | 'rating' | 'text'>;

const isSame = (one: ReviewContent, other: ReviewContent): boolean =>
  one.author_name === other.author_name && one.rating === other.rating && one.text === other.text;

function toReview(row: Selectable<ReviewsSchema['reviews']>): ReviewsApi['Review'] {
  const { id, product_id: productId, author_name: authorName, rating, text, written_at: writtenAt } = row;
  return { id, productId, authorName, rating, text, writtenAt, details: JSON.parse(row.details) as ReviewDetails };
}
