import { type Context, PerContext } from '#libs/upstream';
import type { Spent } from './gcra.ts';
import type { Policy } from './policies.ts';

/** The cost taken from one bucket. */
export interface Reservation {
  policy: Policy;
  key: string;
  cost: number;
  spent: Spent;
}

/** What a request has taken from the buckets of its caller. */
export interface Taken {
  /** Undefined if no limit applies to it. */
  reserved: readonly Reservation[] | undefined;
  /** The part of the reserved cost that is never given back; undefined for that of the cheapest request. */
  minCost: number | undefined;
  /** The actual cost, once it is known. */
  settledCost: number | undefined;
}

/** The cost that a request has taken from the buckets of its caller. */
export const reservation = new PerContext<Taken>(() => ({
  reserved: undefined,
  minCost: undefined,
  settledCost: undefined,
}));

/** What a request costs its caller: what was reserved, until it is settled; undefined if no limit applies to it. */
export function costOf(context: Context): number | undefined {
  const taken = reservation.known(context);
  return taken?.settledCost ?? taken?.reserved?.[0]?.cost;
}
