/** How often a product was sold. */
export interface ProductSales {
  productId: string;
  sold: number;
}

/** The best-selling products, best first. */
export interface Ranking {
  products: ProductSales[];
  /** When they were counted, in milliseconds since the epoch. */
  countedAt: number;
}

/** The number of products that are ranked. */
export const MAX_RANKED = 100;

/** Keeps the ranking of products that a job has counted last. */
export abstract class SalesRanking {
  /** Replaces the whole ranking; the same one again changes nothing. @param ranking at most 100 products */
  abstract replace(ranking: Ranking): Promise<void>;

  /** The best `first` products; undefined before the first count. @throws {GatewayError} OVERLOADED */
  abstract top(first: number): Promise<Ranking | undefined>;
}
