import { Runs } from '#gateway/declare/runs';
import { Answers } from '#gateway/declare/answers';
import { FromQueryContent } from '#gateway/declare/from-query-content';
import { FromQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { SelectedFields } from '#gateway/declare/selected-fields';
import { Tag } from '#gateway/declare/tag';
import type { Context } from '#libs/upstream';
import type { InputOf, Selection } from '#libs/view';
import { Controller, Get, Param, QueryMethod } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation } from '@nestjs/swagger';
import { GetProductPage } from './get-product-page.ts';
import { ListProducts, ListProductsQuestion } from './list-products.ts';
import { ProductListView } from './product-list.view.ts';
import { ProductPageView } from './product-page.view.ts';

@Tag('products', 'Products to order.')
@Controller('products')
export class ProductsController {
  constructor(
    private readonly listProducts: ListProducts,
    private readonly getProductPage: GetProductPage,
  ) {}

  @Runs(ListProducts)
  @Get()
  @ApiOperation({ operationId: 'listProducts', summary: 'Matching products, paged' })
  @Answers(ProductListView)
  list(
    @RequestContext() context: Context,
    @FromQuery(ListProductsQuestion) question: InputOf<typeof ListProductsQuestion>,
  ) {
    return this.listProducts.run(context, question);
  }

  @Runs(ListProducts)
  @QueryMethod()
  // Only OpenAPI 3.2 can describe the QUERY method.
  @ApiExcludeEndpoint()
  @ApiOperation({ operationId: 'queryProducts', summary: 'Matching products, paged, by QUERY (RFC 10008)' })
  @Answers(ProductListView)
  query(
    @RequestContext() context: Context,
    @FromQueryContent(ListProductsQuestion) question: InputOf<typeof ListProductsQuestion>,
  ) {
    return this.listProducts.run(context, question);
  }

  @Runs(GetProductPage)
  @Get(':id')
  @ApiOperation({ operationId: 'getProductPage', summary: 'A product with related products and reviews' })
  @Answers(ProductPageView)
  page(@RequestContext() context: Context, @Param('id') id: string, @SelectedFields() selection: Selection) {
    return this.getProductPage.run(context, id, selection);
  }
}
