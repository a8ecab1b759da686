/** Where a scanner is: clamd or an ICAP server by TCP, clamd by a Unix socket, or a program. */
export type ScanTarget =
  | { kind: 'clamd'; host: string; port: number }
  | { kind: 'clamd'; path: string }
  | { kind: 'icap'; host: string; port: number; service: string }
  | { kind: 'program'; path: string; args: string[] };

const CLAMD_PORT = 3310;
/** RFC 3507, section 4.2. */
const ICAP_PORT = 1344;

/**
 * Reads the address of a scanner: `clamd://host:port`, `clamd:///path/of/socket`, `icap://host:port/service`, or
 * `exec:///path/of/program?arg=…&arg=…`.
 * @returns undefined if it is none
 */
export function parseScanUrl(text: string): ScanTarget | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, searchParams, username, hash } = new URL(text);
  if (username || hash) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  const path = decodeURIComponent(pathname);
  const isPlain = searchParams.size === 0;
  if (protocol === 'clamd:' && isPlain) {
    if (!host) return path.length > 1 ? { kind: 'clamd', path } : undefined;
    return pathname.length <= 1 ? { kind: 'clamd', host, port: Number(port || CLAMD_PORT) } : undefined;
  }
  if (protocol === 'icap:' && host && pathname.length > 1 && isPlain)
    return { kind: 'icap', host, port: Number(port || ICAP_PORT), service: pathname.slice(1) };
  if (protocol === 'exec:' && !host && path.length > 1) {
    const names = [...searchParams.keys()];
    if (names.every((name) => name === 'arg')) return { kind: 'program', path, args: searchParams.getAll('arg') };
  }
  return undefined;
}
