import type { Generated, Selectable } from 'kysely';

/** The attributes that products are found by. */
export const ATTRIBUTES = ['colour', 'material', 'size'] as const;

/** Some attributes of a product. */
export type Attributes = Partial<Record<(typeof ATTRIBUTES)[number], string>>;

/** A product and its available quantity. */
interface ProductsTable {
  id: string;
  name: string;
  description: string;
  category: string;
  price_minor: number;
  currency: string;
  available: number;
  /** 0 to 5; null without ratings. */
  rating: number | null;
  image_url: string | null;
  /** A JSON object of `ATTRIBUTES` and their text. */
  attributes: Generated<string>;
}

/** Initially HELD; only HELD reservations expire. */
export type ReservationState = 'HELD' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED';

interface ReservationsTable {
  /** The caller who reserved. */
  caller_id: string;
  /** Chosen by the caller, unique per caller. */
  id: string;
  state: ReservationState;
  /** Milliseconds since the epoch. */
  expires_at: number;
}

interface ReservationLinesTable {
  caller_id: string;
  reservation_id: string;
  product_id: string;
  quantity: number;
}

interface ImportBatchesTable {
  /** The caller who imports. */
  caller_id: string;
  /** Chosen by the caller, unique per caller. */
  import_id: string;
  batch: number;
  /** Of its rows: the same number with other rows is a mistake. */
  digest: string;
  created: number;
  updated: number;
  /** Milliseconds since the epoch. */
  written_at: number;
}

/** The tables of the products service. */
export interface ProductsSchema {
  products: ProductsTable;
  reservations: ReservationsTable;
  reservation_lines: ReservationLinesTable;
  import_batches: ImportBatchesTable;
}

/** A product as it is stored. */
export type ProductRow = Selectable<ProductsTable>;

/** The key of a reservation. */
export type ReservationKey = Pick<ReservationsTable, 'caller_id' | 'id'>;
