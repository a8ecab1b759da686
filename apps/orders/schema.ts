import type { Selectable } from 'kysely';
import type { Status } from './status.ts';

interface OrdersTable {
  id: string;
  user_id: string;
  status: Status;
  total_minor: number;
  currency: string;
  /** Milliseconds since the epoch. */
  placed_at: number;
  /** The `OrderLine`s as JSON: a snapshot, written once and always read whole. */
  lines: string;
  /** Empty for none. */
  reservation_id: string;
  /** The caller's request id; null for none. */
  request_id: string | null;
  /** Of its last move. */
  sequence: number;
  /** The time at which the clock moves it, in milliseconds since the epoch; null for never. */
  next_step_at: number | null;
}

interface MovesTable {
  order_id: string;
  /** 1, 2, 3 … for one order. */
  sequence: number;
  status: Status;
  /** Milliseconds since the epoch. */
  occurred_at: number;
}

/** The tables of the orders service. */
export interface OrdersSchema {
  orders: OrdersTable;
  moves: MovesTable;
}

/** An order as it is stored. */
export type OrderRow = Selectable<OrdersTable>;

/** A move of an order as it is stored. */
export type MoveRow = Selectable<MovesTable>;
