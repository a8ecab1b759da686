import type { Config } from '#gateway/config/config';
import type { PolicyName } from '#gateway/declare/limited';
import { addressKey } from '#libs/client-address';
import type { Context } from '#libs/upstream';

/** How much somebody may ask for: so much at once, which comes back evenly over a time. */
export interface Rate {
  /** What may be spent at once. An ordinary question costs 1. */
  limit: number;
  /** After so long all of it is back, in milliseconds. */
  windowMs: number;
}

/** A limit, and by what is counted. */
export interface Policy extends Rate {
  name: PolicyName;
  /** Whether it is for what says so alone, or for everything that a caller of this kind asks. */
  appliesTo: 'anonymous' | 'caller' | 'partner' | 'named';
  /** Whose bucket it is. */
  keyOf(context: Context): string;
  /** How much this caller may ask for, where that is not what it is for all others. */
  rateOf?(context: Context): Rate | undefined;
}

const byAddress = ({ client }: Context): string => addressKey(client.address);
/** An id of an outside issuer may look like an address, and has no space. */
const byCaller = (context: Context): string => context.caller.id ?? nameOfAddress(byAddress(context));

/** The name of the bucket of a client that has not logged in, where callers have theirs. */
export const nameOfAddress = (address: string): string => `address ${address}`;

/** All limits, one line each. Most are for everybody of a kind; a use case names the others (`@Limited`). */
export const policiesOf = (config: Config): Policy[] => [
  { name: 'anonymous', ...config.RATE_LIMIT_ANONYMOUS, appliesTo: 'anonymous', keyOf: byAddress },
  { name: 'customer', ...config.RATE_LIMIT_CUSTOMER, appliesTo: 'caller', keyOf: byCaller },
  {
    name: 'partner',
    ...config.RATE_LIMIT_PARTNER,
    appliesTo: 'partner',
    keyOf: ({ caller }) => caller.apiKeyId!,
    rateOf: ({ caller }) => caller.rateLimit,
  },
  { name: 'login', ...config.RATE_LIMIT_LOGIN, appliesTo: 'named', keyOf: byAddress },
  { name: 'search', ...config.RATE_LIMIT_SEARCH, appliesTo: 'named', keyOf: byCaller },
];
