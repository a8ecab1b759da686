import { PerContext } from '#libs/upstream';
import type { Reservation } from './limiter.ts';

/** The cost that a request has reserved from the buckets of its caller, until it is settled. */
export const reservation = new PerContext<{ reserved: readonly Reservation[] | undefined }>(() => ({
  reserved: undefined,
}));
