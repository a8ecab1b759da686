import { GatewayError } from '#libs/errors';
import { type Context, type Listed, listed } from '#libs/upstream';
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

/** In-memory products and stock, which keep every promise of the port. For specs. */
export class ProductsFake extends Products {
  /** The ids of unreadable products. */
  readonly unreadable = new Set<string>();
  private readonly reservations = new Map<string, readonly StockLine[]>();
  private readonly batches = new Map<string, { rows: string; imported: ImportedBatch }>();

  constructor(private readonly products: Product[] = []) {
    super();
  }

  async byIds(_: Context, ids: readonly string[]): Promise<Listed<Product>[]> {
    return listed(
      this.products.filter(({ id }) => ids.includes(id)),
      this.unreadable,
    );
  }

  async search(_: Context, { search = '', category, sort, page, pageSize }: ProductSearch): Promise<ProductPage> {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = this.products
      .filter((product) => !category || product.category === category)
      .filter(({ name, description }) =>
        words.every((word) => `${name} ${description}`.toLowerCase().includes(word)),
      )
      .sort(orders[sort]);
    const products = listed(matching.slice((page - 1) * pageSize, page * pageSize), this.unreadable);
    return { products, total: matching.length };
  }

  async related(_: Context, id: string, first: number): Promise<Listed<Product>[]> {
    const product = this.products.find((one) => one.id === id);
    if (!product) throw new GatewayError('NOT_FOUND');
    const like = this.products.filter((one) => one.category === product.category && one !== product);
    return listed(like.slice(0, first), this.unreadable);
  }

  async recommended(_: Context, first: number): Promise<Listed<Product>[]> {
    return listed(this.products.filter(({ inStock }) => inStock).slice(0, first), this.unreadable);
  }

  async reserve(_: Context, reservationId: string, lines: readonly StockLine[]): Promise<Reserved> {
    if (this.reservations.has(reservationId)) return { isReserved: true };
    const short = lines.filter(({ productId, quantity }) => this.stockOf(productId) < quantity);
    if (short.length) {
      return {
        isReserved: false,
        available: new Map(short.map((line) => [line.productId, this.stockOf(line.productId)])),
      };
    }
    this.reservations.set(reservationId, lines);
    for (const { productId, quantity } of lines) this.move(productId, -quantity);
    return { isReserved: true };
  }

  async confirm(_: Context, reservationId: string): Promise<void> {
    if (!this.reservations.has(reservationId)) throw new GatewayError('CONFLICT');
  }

  async release(_: Context, reservationId: string): Promise<void> {
    for (const { productId, quantity } of this.reservations.get(reservationId) ?? [])
      this.move(productId, quantity);
    this.reservations.delete(reservationId);
  }

  async importBatch(
    { caller }: Context,
    importId: string,
    batch: number,
    products: readonly ImportedProduct[],
  ): Promise<ImportedBatch> {
    if (!caller.scopes.includes('admin')) throw new GatewayError('FORBIDDEN');
    const rows = JSON.stringify(products);
    const before = this.batches.get(`${importId} ${batch}`);
    if (before && before.rows !== rows) throw new GatewayError('CONFLICT');
    if (before) return before.imported;
    const known = products.map(({ id }) => this.products.findIndex((one) => one.id === id));
    const updated = known.filter((place) => place >= 0).length;
    for (const [index, product] of products.entries()) {
      const place = known[index]!;
      const rating = this.products[place]?.rating ?? null;
      const whole = { ...product, rating, inStock: product.available > 0 };
      if (place < 0) this.products.push(whole);
      else this.products[place] = whole;
    }
    const imported = { created: products.length - updated, updated };
    this.batches.set(`${importId} ${batch}`, { rows, imported });
    return imported;
  }

  private stockOf(id: string): number {
    return this.products.find((product) => product.id === id)?.available ?? 0;
  }

  private move(id: string, by: number): void {
    const product = this.products.find((one) => one.id === id)!;
    product.available += by;
    product.inStock = product.available > 0;
  }
}

const orders: Record<ProductSearch['sort'], (one: Product, other: Product) => number> = {
  RELEVANCE: () => 0,
  PRICE_ASC: (one, other) => one.price.amountMinor - other.price.amountMinor,
  PRICE_DESC: (one, other) => other.price.amountMinor - one.price.amountMinor,
  RATING_DESC: (one, other) => (other.rating ?? 0) - (one.rating ?? 0),
};
