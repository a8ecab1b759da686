import { PerContext } from '#libs/upstream';
import type { Reserved } from './limiter.ts';

/** What each request has taken from the buckets of its caller, until that is settled. */
export const reservation = new PerContext<{ reserved: readonly Reserved[] | undefined }>(() => ({
  reserved: undefined,
}));
