import type { ReviewsApi } from '#libs/contracts';
import { type Context, instant, type Listed, presentId, readEach, type RestClient } from '#libs/upstream';
import { type NewReview, type Review, Reviews } from './reviews.port.ts';

/** Reviews over the REST API of `libs/contracts/openapi/reviews.json`. */
export class ReviewsRest extends Reviews {
  private readonly list;
  private readonly put;
  private readonly remove;

  constructor(client: RestClient) {
    super();
    this.list = client.operation<ReviewsApi['ReviewList']>('GET', '/products/{productId}/reviews', {
      scope: 'public',
      list: 'reviews',
    });
    this.put = client.operation<ReviewsApi['Review']>('PUT', '/products/{productId}/reviews/own');
    this.remove = client.operation<void>('DELETE', '/reviews/own', { isEmpty: true });
  }

  async newestOf(context: Context, productId: string, first: number): Promise<Listed<Review>[]> {
    const { reviews } = await this.list(context, { params: { productId }, query: { first: String(first) } });
    return readEach(reviews, toReview);
  }

  async write(context: Context, productId: string, review: NewReview): Promise<Review> {
    return toReview(await this.put(context, { params: { productId }, body: review }));
  }

  deleteOwn(context: Context): Promise<void> {
    return this.remove(context, {});
  }
}

function toReview({ id, authorName, rating, text, writtenAt }: ReviewsApi['Review']): Review {
  return { id: presentId(id), authorName, rating, text, writtenAt: instant(writtenAt, 'writtenAt') };
}
