import { Answers } from '#gateway/declare/answers';
import { FromQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { BestSellersView } from './best-sellers.view.ts';
import { BestSellersQuestion, GetBestSellers } from './get-best-sellers.ts';

@ApiTags('products')
@Controller('products/best-sellers')
export class BestSellersController {
  constructor(private readonly getBestSellers: GetBestSellers) {}

  @Runs(GetBestSellers)
  @Get()
  @ApiOperation({ operationId: 'getBestSellers', summary: 'The best-selling products, counted each night' })
  @Answers(BestSellersView)
  list(
    @RequestContext() context: Context,
    @FromQuery(BestSellersQuestion) question: InputOf<typeof BestSellersQuestion>,
  ) {
    return this.getBestSellers.run(context, question);
  }
}
