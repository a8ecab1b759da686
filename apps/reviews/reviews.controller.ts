import type { ReviewsApi } from '#libs/contracts';
import { Checked } from '#libs/service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { ReviewStore } from './review-store.ts';

const NOT_A_NUMBER = 'must be a whole number';

const page = z.strictObject({
  first: z
    .string(NOT_A_NUMBER)
    .default('5')
    .transform(Number)
    .pipe(z.int(NOT_A_NUMBER).min(1, 'must be at least 1').max(100, 'must be at most 100')),
});

/** Reviews. */
@Controller('products/:productId/reviews')
export class ReviewsController {
  constructor(private readonly store: ReviewStore) {}

  @Get()
  async list(
    @Param('productId') productId: string,
    @Query(new Checked(page)) { first }: z.infer<typeof page>,
  ): Promise<ReviewsApi['ReviewList']> {
    return { reviews: await this.store.newestOf(productId, first) };
  }
}
