import { isIPv4, isIPv6 } from 'node:net';

/** `node-port` of RFC 7239, section 6: digits, or an obfuscated identifier. */
const PORT = /^:(?:\d{1,5}|_[\w.-]+)$/;
/** Of `::ffff:0:0/96`, IPv4-mapped addresses (RFC 4291, section 2.5.5.2). */
const MAPPED = 0xffff;
const ZEROS = [0, 0, 0, 0, 0, 0, 0, 0];

/**
 * Parses an address in the formats of proxies, without port, brackets and zone: `203.0.113.7:40001`,
 * `[2001:db8::1]:443`, `fe80::1%eth0`. IPv6 is normalized to RFC 5952; an IPv4-mapped address is returned as IPv4.
 * @returns undefined for anything else, such as `unknown` and `_hidden` (RFC 7239, section 6)
 */
export function parseAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const colon = text.indexOf(':');
  if (colon !== text.lastIndexOf(':')) return parseIPv6(text);
  const address = text.slice(0, colon);
  return isIPv4(address) && PORT.test(text.slice(colon)) ? address : undefined;
}

function parseIPv6(text: string): string | undefined {
  let bare = text;
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    if (end !== text.length - 1 && !PORT.test(text.slice(end + 1))) return undefined;
    bare = text.slice(1, end);
  }
  const zone = bare.indexOf('%');
  if (zone !== -1) bare = bare.slice(0, zone);
  if (!isIPv6(bare)) return undefined;
  const groups = groupsOf(bare);
  return mappedIPv4(groups) ?? format(groups);
}

/** The eight groups of an IPv6 address without a zone, of 16 bits each. */
export function groupsOf(ipv6: string): number[] {
  const groups: number[] = [];
  let gap = -1;
  for (const part of ipv6.split(':')) {
    if (part.includes('.')) groups.push(...dotted(part));
    else if (part) groups.push(Number.parseInt(part, 16));
    else if (gap === -1) gap = groups.length;
  }
  if (gap !== -1) groups.splice(gap, 0, ...ZEROS.slice(groups.length));
  return groups;
}

/** The IPv4 address in the last 32 bits. */
export const lastIPv4 = (groups: readonly number[]): string =>
  groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');

function mappedIPv4(groups: readonly number[]): string | undefined {
  const isMapped = groups[5] === MAPPED && groups.slice(0, 5).every((group) => group === 0);
  return isMapped ? lastIPv4(groups) : undefined;
}

/** IPv4 at the end of IPv6 (RFC 4291, section 2.2). */
function dotted(ipv4: string): number[] {
  const [a, b, c, d] = ipv4.split('.').map(Number) as [number, number, number, number];
  return [(a << 8) | b, (c << 8) | d];
}

/** RFC 5952, section 4: lower case, no leading zeros, the first of the longest runs of zeros as `::`. */
function format(groups: readonly number[]): string {
  const [start, length] = longestRunOfZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function longestRunOfZeros(groups: readonly number[]): [start: number, length: number] {
  let best: [start: number, length: number] = [0, 0];
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === 0) end += 1;
    if (end - start > best[1]) best = [start, end - start];
    if (end > start) start = end;
  }
  return best;
}
