import { Answers } from '#gateway/declare/answers';
import { IdempotencyKey } from '#gateway/declare/idempotency-key';
import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReviewView } from './review.view.ts';
import { WriteReview, WriteReviewBody } from './write-review.ts';

@ApiTags('products')
@Controller('products/:id/reviews')
export class ReviewsController {
  constructor(private readonly writeReview: WriteReview) {}

  @Runs(WriteReview)
  @Post()
  @ApiOperation({
    operationId: 'writeReview',
    summary: "Write the caller's review of a product, or replace it",
    description:
      'A customer has one review of a product. It shows their first name and the initial of their last.',
  })
  @Answers(ReviewView)
  write(
    @RequestContext() context: Context,
    @Param('id') productId: string,
    @FromBody(WriteReviewBody) review: InputOf<typeof WriteReviewBody>,
    @IdempotencyKey() idempotencyKey: string | undefined,
  ) {
    return this.writeReview.run(context, { ...review, productId, idempotencyKey });
  }
}
