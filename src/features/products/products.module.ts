import { IdempotencyModule } from '#gateway/edge/idempotency/idempotency.module';
import { JobQueue } from '#libs/jobs';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { BestSellersController } from './best-sellers.controller.ts';
import { GetBestSellers } from './get-best-sellers.ts';
import { GetProductPage } from './get-product-page.ts';
import { ProductImageController } from './image/product-image.controller.ts';
import { GetProductImage, SetProductImage } from './image/product-image.ts';
import { RequestProductImage, SizeProductImage } from './image/size-product-image.ts';
import { ImportFiles } from './imports/import-files.ts';
import { ImportProducts } from './imports/import-products.ts';
import { ImportsController } from './imports/imports.controller.ts';
import { RunProductImport } from './imports/run-product-import.ts';
import { ListProducts } from './list-products.ts';
import { ProductsController } from './products.controller.ts';
import { ProductsResolver } from './products.resolver.ts';
import { RankBestSellers } from './rank-best-sellers.ts';
import { ReviewsController } from './reviews.controller.ts';
import { ReviewsResolver } from './reviews.resolver.ts';
import { WriteReview } from './write-review.ts';
import { SalesRankingMemory } from './sales-ranking.memory.ts';
import { SalesRankingRedis } from './sales-ranking.redis.ts';
import { SalesRanking } from './sales-ranking.ts';

const rankingOver = (redis: Redis | null, queue: JobQueue): SalesRanking =>
  redis ? new SalesRankingRedis(redis) : new SalesRankingMemory(queue);

@Module({
  imports: [IdempotencyModule],
  controllers: [
    BestSellersController,
    ProductsController,
    ImportsController,
    ProductImageController,
    ReviewsController,
  ],
  providers: [
    { provide: SalesRanking, useFactory: rankingOver, inject: [Redis, JobQueue] },
    ProductsResolver,
    ListProducts,
    GetProductPage,
    GetBestSellers,
    RankBestSellers,
    ImportFiles,
    ImportProducts,
    RunProductImport,
    GetProductImage,
    SetProductImage,
    RequestProductImage,
    SizeProductImage,
    ReviewsResolver,
    WriteReview,
  ],
  exports: [ListProducts, GetProductPage, WriteReview],
})
export class ProductsModule {}
