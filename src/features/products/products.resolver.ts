import { First } from '#gateway/declare/first';
import { Runs } from '#gateway/declare/runs';
import { ListSize } from '#gateway/declare/list-size';
import { FromArgs } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { SemanticNonNull } from '#gateway/declare/semantic-non-null';
import { SelectedFields } from '#gateway/declare/selected-fields';
import type { Context } from '#libs/upstream';
import type { InputOf, Selection } from '#libs/view';
import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { GetProductPage, RELATED, REVIEWS } from './get-product-page.ts';
import { ListProducts, ListProductsQuestion } from './list-products.ts';
import { ProductListView } from './product-list.view.ts';
import { ProductPageView } from './product-page.view.ts';
import { ProductView } from './product.view.ts';
import { ReviewView } from './review.view.ts';

@Resolver(() => ProductPageView)
export class ProductsResolver {
  constructor(
    private readonly listProducts: ListProducts,
    private readonly getProductPage: GetProductPage,
  ) {}

  @Runs(ListProducts)
  @ListSize({ slicingArguments: ['pageSize'], sizedFields: ['items'] })
  @SemanticNonNull()
  @Query(() => ProductListView, { nullable: true, description: 'Matching products, paged.' })
  products(
    @RequestContext() context: Context,
    @FromArgs(ListProductsQuestion) question: InputOf<typeof ListProductsQuestion>,
  ) {
    return this.listProducts.run(context, question);
  }

  @Runs(GetProductPage)
  @Query(() => ProductPageView, { nullable: true, description: 'A product with related products and reviews.' })
  product(
    @RequestContext() context: Context,
    @Args('id', { type: () => ID }) id: string,
    @SelectedFields() selection: Selection,
  ) {
    return this.getProductPage.run(context, id, selection);
  }

  @First()
  @ResolveField(() => [ProductView], { nullable: true })
  related(
    @Parent() { related }: ProductPageView,
    @Args('first', { type: () => Int, defaultValue: RELATED }) first: number,
  ) {
    return related?.slice(0, first) ?? null;
  }

  @First()
  @ResolveField(() => [ReviewView], { nullable: true })
  reviews(
    @Parent() { reviews }: ProductPageView,
    @Args('first', { type: () => Int, defaultValue: REVIEWS }) first: number,
  ) {
    return reviews?.slice(0, first) ?? null;
  }
}
