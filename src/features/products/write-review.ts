import { Scopes } from '#gateway/declare/access';
import { Activity } from '#gateway/declare/activity';
import { idempotencyKey } from '#gateway/declare/idempotency-key';
import { Limited } from '#gateway/declare/limited';
import { Refuses } from '#gateway/declare/refusals';
import { Idempotency } from '#gateway/edge/idempotency/idempotency';
import { Products } from '#gateway/upstreams/products/products.port';
import { type Review, Reviews } from '#gateway/upstreams/reviews/reviews.port';
import { Users } from '#gateway/upstreams/users/users.port';
import { GatewayError } from '#libs/errors';
import { type Context, DetachedWork } from '#libs/upstream';
import { body, id, input, type InputOf } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { publicName } from './public-name.ts';

const review = {
  rating: z.int().min(1).max(5),
  text: z.string().trim().min(1).max(2_000),
};

/** The REST body of a review; its product is in the path, the idempotency key a header. */
export const WriteReviewBody = body('WriteReviewBody', review);

/** The GraphQL input of a review. */
export const WriteReviewInput = input('WriteReviewInput', {
  productId: id(),
  ...review,
  idempotencyKey: idempotencyKey.nullish(),
});

/** Writes the caller's review of a product. */
@Scopes('reviews:write')
@Limited({ cost: 4 })
@Activity({
  event: 'review',
  aboutOf: ({ id: reviewId }: Review, { productId }: InputOf<typeof WriteReviewInput>) => ({
    productId,
    reviewId,
  }),
  onceBy: ({ id: reviewId, writtenAt }: Review) => `${reviewId}:${writtenAt}`,
})
@Refuses('NOT_FOUND')
@Injectable()
export class WriteReview {
  constructor(
    private readonly products: Products,
    private readonly users: Users,
    private readonly reviews: Reviews,
    private readonly work: DetachedWork,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Writes the caller's only review of a product, which replaces an earlier one. It completes even if the client leaves.
   * @throws {GatewayError} NOT_FOUND without such a product or account; UPSTREAM_*, IDEMPOTENCY_MISMATCH, IDEMPOTENCY_IN_FLIGHT
   */
  run(context: Context, { idempotencyKey: key, ...written }: InputOf<typeof WriteReviewInput>): Promise<Review> {
    return this.idempotency.run(context, key, { writeReview: written }, () => this.write(context, written));
  }

  private async write(
    context: Context,
    { productId, rating, text }: InputOf<typeof WriteReviewInput>,
  ): Promise<Review> {
    const [product, author] = await Promise.all([
      this.products.byId(context, productId),
      this.users.byId(context, context.caller.id!),
    ]);
    if (!product) throw new GatewayError('NOT_FOUND', { detail: 'There is no such product.' });
    if (!author) throw new GatewayError('NOT_FOUND', { detail: 'This account no longer exists.' });
    const authorName = publicName(author.name);
    return this.work.run(context, (detached) =>
      this.reviews.write(detached, productId, { authorName, rating, text }),
    );
  }
}
