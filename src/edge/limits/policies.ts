import type { Config } from '#gateway/config/config';
import type { PolicyName } from '#gateway/declare/limited';
import { addressKey } from '#libs/client-address';
import type { Context } from '#libs/upstream';

/** The size and refill time of a token bucket. */
export interface Rate {
  /** The most that can be spent at once. An ordinary request costs 1. */
  limit: number;
  /** The time in which an empty bucket refills evenly, in milliseconds. */
  windowMs: number;
}

/** A limit, and the key of its buckets. */
export interface Policy extends Rate {
  name: PolicyName;
  /** The kind of caller whose requests it limits; `named` limits only handlers that name it. */
  appliesTo: 'anonymous' | 'caller' | 'partner' | 'named';
  /** The key of the caller's bucket. */
  keyOf(context: Context): string;
  /** The caller's own rate, if it differs from that of the policy. */
  rateOf?(context: Context): Rate | undefined;
}

const byAddress = ({ client }: Context): string => addressKey(client.address);
/**
 * The key of a caller, or of the address of an anonymous client. A caller id from an external issuer may look like an address,
 * but never contains a space.
 */
export const byCaller = (context: Context): string => context.caller.id ?? nameOfAddress(byAddress(context));

/** The key of an anonymous client's bucket, where callers have keys of their own. */
export const nameOfAddress = (address: string): string => `address ${address}`;

/**
 * All limits, one entry each. Most apply to a kind of caller; the `named` ones to handlers that name them
 * (`@Limited`).
 */
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
