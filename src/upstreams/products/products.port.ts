import { cache, cacheEach, type Declarations, invalidates } from '#libs/cache';
import { batched, type Context, type Listed } from '#libs/upstream';

/** A product. */
export interface Product {
  id: string;
  name: string;
  description: string;
  category: string;
  price: { amountMinor: number; currency: string };
  inStock: boolean;
  /** The quantity that can be reserved. */
  available: number;
  /** 0 to 5; null without ratings. */
  rating: number | null;
  imageUrl: string | null;
}

/** The sort orders of products. */
export type ProductSort = 'RELEVANCE' | 'PRICE_ASC' | 'PRICE_DESC' | 'RATING_DESC';

/** The parameters of a product search. */
export interface ProductSearch {
  /** Words that must all match. */
  search?: string;
  category?: string;
  sort: ProductSort;
  /** From 1. */
  page: number;
  /** 1 to 100. */
  pageSize: number;
}

/** A product and quantity to take from stock. */
export interface StockLine {
  productId: string;
  quantity: number;
}

/** The result of a reservation; if refused, the stock of the products that were short. */
export type Reserved = { isReserved: true } | { isReserved: false; available: ReadonlyMap<string, number> };

/** A product as an import has it: its rating stays as it is. */
export type ImportedProduct = Omit<Product, 'inStock' | 'rating'>;

/** What became of a batch of an import. */
export interface ImportedBatch {
  /** How many products were new. */
  created: number;
  /** How many replaced one. */
  updated: number;
}

const PRODUCTS = {
  ttl: 30,
  staleWhileRevalidate: 60,
  staleIfError: 3600,
  negativeTtl: 5,
  scope: 'public',
  tags: () => ['products'],
} as const;

/** One page of matching products. */
export interface ProductPage {
  products: Listed<Product>[];
  /** The number of all matching products. */
  total: number;
}

/**
 * The port of products and their stock. A product that breaks the contract of the service is `Unreadable` at its position of a
 * list.
 */
export abstract class Products {
  /** The cache policy of each method. */
  static readonly cache: Declarations<Products> = {
    byIds: cacheEach({ ...PRODUCTS, tags: (_, id) => ['products', `product:${id}`] }),
    search: cache(PRODUCTS),
    related: cache(PRODUCTS),
    recommended: cache({ ...PRODUCTS, scope: 'caller' }),
    reserve: invalidates((_, __, lines) => lines.map(({ productId }) => `product:${productId}`)),
    // The released products are not known here.
    release: invalidates(() => ['products']),
    importBatch: invalidates(() => ['products']),
  };

  /** The existing products of up to 100 ids, in any order. */
  abstract byIds(context: Context, ids: readonly string[]): Promise<Listed<Product>[]>;

  /**
   * One product; undefined if it does not exist. Calls within one request are batched by 100 ids.
   * @throws {GatewayError} UPSTREAM_BAD_RESPONSE for an unreadable product; others of the batch are not affected
   */
  readonly byId = batched<Product>((context, ids) => this.byIds(context, ids));

  /** One page of matching products, and their total. */
  abstract search(context: Context, question: ProductSearch): Promise<ProductPage>;

  /** Related products, most similar first; at most `first`. @throws {GatewayError} NOT_FOUND */
  abstract related(context: Context, id: string, first: number): Promise<Listed<Product>[]>;

  /** Products recommended to the caller, best first; at most `first`. */
  abstract recommended(context: Context, first: number): Promise<Listed<Product>[]>;

  /** Reserves all lines or none, until the reservation expires. Idempotent by id. @param lines each product once */
  abstract reserve(context: Context, reservationId: string, lines: readonly StockLine[]): Promise<Reserved>;

  /** Makes a reservation permanent: the goods are sold. */
  abstract confirm(context: Context, reservationId: string): Promise<void>;

  /** Returns the goods of a reservation to stock; no change if repeated or unknown. */
  abstract release(context: Context, reservationId: string): Promise<void>;

  /**
   * Creates or replaces 1 to 200 products, all or none. Idempotent by import and batch: the same batch again changes nothing
   * and has the same answer.
   * @param products each id once
   * @throws {GatewayError} FORBIDDEN for a caller without the scope `admin`; CONFLICT for a known batch with other products
   */
  abstract importBatch(
    context: Context,
    importId: string,
    batch: number,
    products: readonly ImportedProduct[],
  ): Promise<ImportedBatch>;
}
