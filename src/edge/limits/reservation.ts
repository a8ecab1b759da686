import { type Context, PerContext } from '#libs/upstream';
import type { Taken } from './limiter.ts';

/** The cost that a request has taken from the buckets of its caller. */
export const reservation = new PerContext<Taken>(() => ({ reserved: undefined, settledCost: undefined }));

/** What a request costs its caller: what was reserved, until it is settled; undefined if no limit applies to it. */
export function costOf(context: Context): number | undefined {
  const taken = reservation.known(context);
  return taken?.settledCost ?? taken?.reserved?.[0]?.cost;
}
