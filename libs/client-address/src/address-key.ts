import { groupsOf, lastIPv4, parseAddress } from './ip-address.ts';

/** `64:ff9b::/96` (RFC 6052): the addresses of IPv4 clients for a gateway with IPv6 only (RFC 7755). */
const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0];

/**
 * The key under which a client address is counted: an IPv4 address itself, or the /64 of an IPv6 address, which belongs
 * to one customer. An address translated by NAT64 counts as the IPv4 address in it. Text that is not an address is
 * returned unchanged.
 */
export function addressKey(address: string): string {
  const parsed = parseAddress(address);
  if (!parsed?.includes(':')) return parsed ?? address;
  const groups = groupsOf(parsed);
  if (NAT64.every((group, index) => groups[index] === group)) return lastIPv4(groups);
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}
