import { randomUUID } from 'node:crypto';
import { openAnswers, products as wire } from '#libs/contracts';
import { GatewayError, upstreamDetails } from '#libs/errors';
import {
  amount,
  type Context,
  type GrpcClient,
  type Listed,
  numberWithin,
  presentId,
  readEach,
  readThings,
  wholeNumber,
} from '#libs/upstream';
import {
  type ImportedBatch,
  type ImportedProduct,
  type Product,
  type ProductPage,
  Products,
  type ProductSearch,
  type Reserved,
  type StockLine,
} from './products.port.ts';

const { ProductSort: Sort } = wire;
const rpc = openAnswers(wire.ProductsServiceService);
const HIGHEST_RATING = 5;

/** How long a reservation lasts before it must be confirmed, in seconds. */
const RESERVATION_SECONDS = 120;

/** Products over `shop.products.v1`. */
export class ProductsGrpc extends Products {
  private readonly calls;

  constructor(client: GrpcClient) {
    super();
    this.calls = {
      byIds: client.unary(rpc.batchGetProducts, { scope: 'public' }),
      search: client.unary(rpc.searchProducts, { scope: 'public' }),
      related: client.unary(rpc.listRelatedProducts, { scope: 'public' }),
      recommended: client.unary(rpc.listRecommendedProducts),
      // Safe to retry: each request carries a request id (AIP-155).
      reserve: client.unary(rpc.reserveStock, { isIdempotent: true }),
      confirm: client.unary(rpc.confirmReservation, { isIdempotent: true }),
      release: client.unary(rpc.releaseReservation, { isIdempotent: true }),
      importBatch: client.unary(rpc.importProducts, { isIdempotent: true }),
    };
  }

  async byIds(context: Context, ids: readonly string[]): Promise<Listed<Product>[]> {
    const { products } = await this.calls.byIds(context, { ids: [...ids] });
    return readThings(ids, products, toProduct);
  }

  async search(context: Context, question: ProductSearch): Promise<ProductPage> {
    const { search = '', category = '', sort, page, pageSize } = question;
    const paged = { search, category, sort: Sort[sort], page, pageSize };
    const answer = await this.calls.search(context, { ...paged, attributes: {} });
    const total = wholeNumber(answer.totalSize, 0, 'total_size');
    return { products: readEach(answer.products, toProduct), total };
  }

  async related(context: Context, id: string, first: number): Promise<Listed<Product>[]> {
    const { products } = await this.calls.related(context, { productId: id, pageSize: first });
    return readEach(products, toProduct);
  }

  async recommended(context: Context, first: number): Promise<Listed<Product>[]> {
    const { products } = await this.calls.recommended(context, { pageSize: first });
    return readEach(products, toProduct);
  }

  async reserve(context: Context, reservationId: string, lines: readonly StockLine[]): Promise<Reserved> {
    try {
      const question = {
        reservationId,
        lines: [...lines],
        ttlSeconds: RESERVATION_SECONDS,
        requestId: randomUUID(),
      };
      await this.calls.reserve(context, question);
      return { isReserved: true };
    } catch (error) {
      const { reason, metadata = {} } = upstreamDetails(error);
      if (reason !== 'OUT_OF_STOCK') throw error;
      return {
        isReserved: false,
        available: new Map(Object.entries(metadata).map(([id, left]) => [id, Number(left)])),
      };
    }
  }

  async confirm(context: Context, reservationId: string): Promise<void> {
    await this.calls.confirm(context, { reservationId, requestId: randomUUID() });
  }

  async release(context: Context, reservationId: string): Promise<void> {
    await this.calls.release(context, { reservationId, requestId: randomUUID() });
  }

  async importBatch(
    context: Context,
    importId: string,
    batch: number,
    products: readonly ImportedProduct[],
  ): Promise<ImportedBatch> {
    const rows = products.map(({ imageUrl, ...product }) => ({ ...product, imageUrl: imageUrl ?? '' }));
    try {
      const question = { importId, batch, products: rows, requestId: randomUUID() };
      const { created, updated } = await this.calls.importBatch(context, question);
      return {
        created: wholeNumber(created, 0, 'created'),
        updated: wholeNumber(updated, 0, 'updated'),
      };
    } catch (error) {
      const { reason } = upstreamDetails(error);
      if (reason === 'MISSING_SCOPE') throw new GatewayError('FORBIDDEN', { cause: error });
      if (reason !== 'BATCH_CHANGED') throw error;
      throw new GatewayError('CONFLICT', { detail: 'The import has other rows than before.', cause: error });
    }
  }
}

function toProduct({ price, rating, imageUrl, available, ...product }: wire.Product): Product {
  const { id, name, description, category } = product;
  return {
    id: presentId(id),
    name,
    description,
    category,
    price: amount(price, 'price'),
    inStock: wholeNumber(available, 0, 'available') > 0,
    available,
    rating: rating === undefined ? null : numberWithin(rating, 0, HIGHEST_RATING, 'rating'),
    imageUrl: imageUrl || null,
  };
}
