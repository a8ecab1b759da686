import { cache, cacheEach, type Declarations, forgets } from '#libs/cache';
import { batched, type Context, type Listed } from '#libs/upstream';

/** A product, as the house knows one. */
export interface Product {
  id: string;
  name: string;
  description: string;
  category: string;
  price: { amountMinor: number; currency: string };
  inStock: boolean;
  /** How many can be reserved now. */
  available: number;
  /** 0 to 5; null while nobody has rated it. */
  rating: number | null;
  imageUrl: string | null;
}

/** How products can be sorted. */
export type ProductSort = 'RELEVANCE' | 'PRICE_ASC' | 'PRICE_DESC' | 'RATING_DESC';

/** Which products. */
export interface ProductSearch {
  /** Words to find, all of them. */
  search?: string;
  category?: string;
  sort: ProductSort;
  /** From 1. */
  page: number;
  /** 1 to 100. */
  pageSize: number;
}

/** What is to be taken from stock, each product once. */
export interface StockLine {
  productId: string;
  quantity: number;
}

/** Whether stock was taken; where not, what is left of the products that were short. */
export type Reserved = { isReserved: true } | { isReserved: false; available: ReadonlyMap<string, number> };

const PRODUCTS = {
  ttl: 30,
  staleWhileRevalidate: 60,
  staleIfError: 3600,
  negativeTtl: 5,
  scope: 'public',
  tags: () => ['products'],
} as const;

/** One page of the products that match a search. */
export interface ProductPage {
  products: Listed<Product>[];
  /** How many match in all. */
  total: number;
}

/**
 * What the gateway asks about products and their stock. A product that breaks the contract of the service is `Unreadable`
 * in its place of a list.
 */
export abstract class Products {
  /** What may be remembered of the answers. */
  static readonly cache: Declarations<Products> = {
    byIds: cacheEach({ ...PRODUCTS, tags: (_, id) => ['products', `product:${id}`] }),
    search: cache(PRODUCTS),
    related: cache(PRODUCTS),
    recommended: cache({ ...PRODUCTS, scope: 'caller' }),
    reserve: forgets((_, __, lines) => lines.map(({ productId }) => `product:${productId}`)),
    // Nobody says here which goods were put back.
    release: forgets(() => ['products']),
  };

  /** Those of these products that exist, in any order. At most 100 ids. */
  abstract byIds(context: Context, ids: readonly string[]): Promise<Listed<Product>[]>;

  /**
   * One product; undefined for none. Asked many times in one request, it is one call per 100 ids.
   * @throws {GatewayError} UPSTREAM_BAD_RESPONSE for one that cannot be read, whatever the others are
   */
  readonly byId = batched<Product>((context, ids) => this.byIds(context, ids));

  /** One page of the products that match, and how many match in all. */
  abstract search(context: Context, question: ProductSearch): Promise<ProductPage>;

  /** Products like this one, the likest first; at most `first`. @throws {GatewayError} NOT_FOUND */
  abstract related(context: Context, id: string, first: number): Promise<Listed<Product>[]>;

  /** Products that suit the caller, the best first; at most `first`. */
  abstract recommended(context: Context, first: number): Promise<Listed<Product>[]>;

  /** Takes all lines from stock, or none, until it expires. The same id answers what it did before. */
  abstract reserve(context: Context, reservationId: string, lines: readonly StockLine[]): Promise<Reserved>;

  /** Keeps a reservation for good: the goods are sold. */
  abstract confirm(context: Context, reservationId: string): Promise<void>;

  /** Puts the goods of a reservation back; again, or unknown: no change. */
  abstract release(context: Context, reservationId: string): Promise<void>;
}
