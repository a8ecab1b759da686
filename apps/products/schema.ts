import type { Selectable } from 'kysely';

/** A product and how many of it can be reserved now. */
interface ProductsTable {
  id: string;
  name: string;
  description: string;
  category: string;
  price_minor: number;
  currency: string;
  available: number;
  /** 0 to 5; null while nobody has rated it. */
  rating: number | null;
  image_url: string | null;
}

/** HELD until it is one of the others; only HELD ones expire. */
export type ReservationState = 'HELD' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED';

interface ReservationsTable {
  /** The caller who reserved. */
  caller_id: string;
  /** Chosen by the caller, so unique for them alone. */
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

/** The tables of the products service. */
export interface ProductsSchema {
  products: ProductsTable;
  reservations: ReservationsTable;
  reservation_lines: ReservationLinesTable;
}

/** A product as it is stored. */
export type ProductRow = Selectable<ProductsTable>;

/** Names a reservation. */
export type ReservationKey = Pick<ReservationsTable, 'caller_id' | 'id'>;
