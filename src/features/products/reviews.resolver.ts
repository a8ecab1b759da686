import { FromInput } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Mutation, Resolver } from '@nestjs/graphql';
import { WriteReviewPayload } from './write-review-payload.view.ts';
import { WriteReview, WriteReviewInput } from './write-review.ts';

@Resolver()
export class ReviewsResolver {
  constructor(private readonly write: WriteReview) {}

  @Runs(WriteReview)
  @Mutation(() => WriteReviewPayload, {
    nullable: true,
    description: "Writes the caller's review of a product, or replaces it.",
  })
  async writeReview(
    @RequestContext() context: Context,
    @FromInput(WriteReviewInput) review: InputOf<typeof WriteReviewInput>,
  ) {
    return { review: await this.write.run(context, review) };
  }
}
