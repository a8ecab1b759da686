import type { ReviewsApi } from '#libs/contracts';
import type { InternalCaller } from '#libs/internal-token';
import { Caller, Checked, Problem } from '#libs/service';
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import { newReview, page } from './input.ts';
import { ReviewStore } from './review-store.ts';

/** Reviews. */
@Controller()
export class ReviewsController {
  constructor(private readonly store: ReviewStore) {}

  @Get('products/:productId/reviews')
  async list(
    @Param('productId') productId: string,
    @Query(new Checked(page)) { first, ...details }: z.infer<typeof page>,
  ): Promise<ReviewsApi['ReviewList']> {
    return { reviews: await this.store.newestOf(productId, first, details) };
  }

  @Put('products/:productId/reviews/own')
  async write(
    @Caller() caller: InternalCaller,
    @Param('productId') productId: string,
    @Body(new Checked(newReview)) input: z.infer<typeof newReview>,
  ): Promise<ReviewsApi['Review']> {
    const review = await this.store.write(authorOf(caller), productId, input);
    if (!review) throw Problem.of('NOT_FOUND', 'The product does not exist.');
    return review;
  }

  @Delete('reviews/own')
  @HttpCode(204)
  async delete(@Caller() caller: InternalCaller): Promise<void> {
    await this.store.deleteOf(authorOf(caller));
  }
}

function authorOf({ id }: InternalCaller): string {
  if (id === undefined) throw Problem.of('UNAUTHENTICATED', 'The internal token names no caller.');
  return id;
}
