import { products as wire } from '#libs/contracts';
import { GatewayError, upstreamDetails } from '#libs/errors';
import type { Context, GrpcClient } from '#libs/upstream';
import { type Product, Products, type ProductSearch, type Reserved, type StockLine } from './products.port.ts';

const { ProductsServiceService: rpc, ProductSort: Sort } = wire;

/** How long goods are kept for an order that is being placed, in seconds. */
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
      // All three go by the id of the reservation, and may come twice.
      reserve: client.unary(rpc.reserveStock, { isIdempotent: true }),
      confirm: client.unary(rpc.confirmReservation, { isIdempotent: true }),
      release: client.unary(rpc.releaseReservation, { isIdempotent: true }),
    };
  }

  async byIds(context: Context, ids: readonly string[]): Promise<Product[]> {
    const { products } = await this.calls.byIds(context, { ids: [...ids] });
    return products.map(toProduct);
  }

  async search(context: Context, question: ProductSearch): Promise<{ products: Product[]; total: number }> {
    const { search = '', category = '', sort, page, pageSize } = question;
    const answer = await this.calls.search(context, { search, category, sort: Sort[sort], page, pageSize });
    return { products: answer.products.map(toProduct), total: answer.totalSize };
  }

  async related(context: Context, id: string, first: number): Promise<Product[]> {
    const { products } = await this.calls.related(context, { productId: id, pageSize: first });
    return products.map(toProduct);
  }

  async recommended(context: Context, first: number): Promise<Product[]> {
    const { products } = await this.calls.recommended(context, { pageSize: first });
    return products.map(toProduct);
  }

  async reserve(context: Context, reservationId: string, lines: readonly StockLine[]): Promise<Reserved> {
    try {
      await this.calls.reserve(context, { reservationId, lines: [...lines], ttlSeconds: RESERVATION_SECONDS });
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
    await this.calls.confirm(context, { reservationId });
  }

  async release(context: Context, reservationId: string): Promise<void> {
    await this.calls.release(context, { reservationId });
  }
}

function toProduct({ price, rating, imageUrl, available, ...product }: wire.Product): Product {
  if (!price) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: 'a product without a price' });
  const { id, name, description, category } = product;
  return {
    id,
    name,
    description,
    category,
    price,
    inStock: available > 0,
    available,
    rating: rating ?? null,
    imageUrl: imageUrl || null,
  };
}
