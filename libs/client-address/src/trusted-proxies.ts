import { BlockList, isIP, isIPv4 } from 'node:net';
import { parseAddress } from './ip-address.ts';

/**
 * The trusted proxies: none, all, a number of hops counted from the gateway, or those at these addresses, in these
 * CIDR ranges or in named ranges (`loopback`, `linklocal`, `uniquelocal`).
 */
export type TrustProxy = boolean | number | readonly string[];

/** The maximum number of trusted hops. */
export const MAX_HOPS = 32;

/** The prefix length of `::ffff:0:0/96`, IPv4-mapped addresses. */
const MAPPED_BITS = 96;

const NAMED_RANGES: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Whether a string is an address, a CIDR range, or the name of ranges. */
export function isAddressRange(word: string): boolean {
  if (Object.hasOwn(NAMED_RANGES, word)) return true;
  const [address = '', bits = '1', ...rest] = word.split('/');
  const max = { 0: 0, 4: 32, 6: 128 }[isIP(address)]!;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= max;
}

/** Whether an address, normalized by `parseAddress`, is in one of the ranges. */
export function rangesOf(words: readonly string[]): (address: string) => boolean {
  // One list per family: in a common list, a short IPv6 prefix would also match IPv4 addresses.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const word of words.flatMap((one) => NAMED_RANGES[one] ?? [one])) {
    const [text = '', bits] = word.split('/');
    const address = parseAddress(text)!;
    const family = familyOf(address);
    const isMapped = family === 'ipv4' && text.includes(':');
    if (bits === undefined) lists[family].addAddress(address, family);
    else if (isMapped && Number(bits) < MAPPED_BITS) lists.ipv6.addSubnet(text, Number(bits), 'ipv6');
    else lists[family].addSubnet(address, Number(bits) - (isMapped ? MAPPED_BITS : 0), family);
  }
  return (address) => lists[familyOf(address)].check(address, familyOf(address));
}

const familyOf = (address: string) => (isIPv4(address) ? 'ipv4' : 'ipv6');
