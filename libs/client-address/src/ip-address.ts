import { isIPv4, isIPv6 } from 'node:net';

/** `node-port` of RFC 7239, section 6: digits, or an obfuscated word. */
const PORT = '(?::(?:\\d{1,5}|_[\\w.-]+))?';
const IPV4_AND_PORT = new RegExp(`^([\\d.]+)${PORT}$`);
const BRACKETED = new RegExp(`^\\[([^\\[\\]]+)\\]${PORT}$`);
/** Of `::ffff:0:0/96`, IPv4-mapped addresses (RFC 4291, section 2.5.5.2). */
const MAPPED = 0xffff;

/**
 * The address in a piece of text as proxies write it, without port, brackets and zone: `203.0.113.7:40001`,
 * `[2001:db8::1]:443`, `fe80::1%eth0`. IPv6 comes out in the one spelling of RFC 5952; an IPv4-mapped address as IPv4.
 * @returns undefined for what is no address, such as `unknown` and `_hidden` (RFC 7239, section 6)
 */
export function parseAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const ipv4 = IPV4_AND_PORT.exec(text)?.[1];
  if (ipv4 !== undefined) return isIPv4(ipv4) ? ipv4 : undefined;
  const bare = (BRACKETED.exec(text)?.[1] ?? text).replace(/%.*$/s, '');
  if (!isIPv6(bare)) return undefined;
  const groups = groupsOf(bare);
  return mappedIPv4(groups) ?? format(groups);
}

/** The eight groups of an IPv6 address without a zone, of 16 bits each. */
export function groupsOf(ipv6: string): number[] {
  const [head = '', tail] = ipv6.split('::');
  const left = split(head);
  if (tail === undefined) return left;
  const right = split(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
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

function split(part: string): number[] {
  return part
    .split(':')
    .filter(Boolean)
    .flatMap((group) => (group.includes('.') ? dotted(group) : [Number.parseInt(group, 16)]));
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
