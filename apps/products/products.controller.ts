import { products } from '#libs/contracts';
import { CallContext, checked, Context, isId, notFound } from '#libs/service';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { Catalogue } from './catalogue.ts';
import { toMessage } from './product-message.ts';
import { suited } from './recommend.ts';
import { batchRequest, recommendedRequest, relatedRequest, searchRequest } from './requests.ts';

/** The number of best-rated products that recommendations are chosen from. */
const CANDIDATES = 120;

/** The reads of `shop.products.v1`. */
@Controller()
export class ProductsController {
  constructor(private readonly catalogue: Catalogue) {}

  @GrpcMethod('ProductsService')
  async batchGetProducts(@Payload() request: products.BatchGetProductsRequest) {
    const ids = checked(batchRequest, request).ids;
    return { products: (await this.catalogue.byIds(ids)).map(toMessage) };
  }

  @GrpcMethod('ProductsService')
  async searchProducts(@Context() context: CallContext, @Payload() request: products.SearchProductsRequest) {
    const { rows, total } = await this.catalogue.search(context, checked(searchRequest, request));
    return { products: rows.map(toMessage), totalSize: total };
  }

  @GrpcMethod('ProductsService')
  async listRelatedProducts(
    @Context() context: CallContext,
    @Payload() request: products.ListRelatedProductsRequest,
  ) {
    const { productId, pageSize } = checked(relatedRequest, request);
    const [product] = isId(productId) ? await this.catalogue.byIds([productId]) : [];
    if (!product) throw notFound('product');
    context.throwIfEnded();
    return { products: (await this.catalogue.related(product, pageSize)).map(toMessage) };
  }

  @GrpcMethod('ProductsService')
  async listRecommendedProducts(
    @Context() context: CallContext,
    @Payload() request: products.ListRecommendedProductsRequest,
  ) {
    const { pageSize } = checked(recommendedRequest, request);
    const best = suited(context.caller.id ?? '', await this.catalogue.bestInStock(CANDIDATES));
    return { products: best.slice(0, pageSize).map(toMessage) };
  }
}
