/** Parses `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS; query parameters are refused. */
export function isRedisUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, hostname, pathname, search, hash } = new URL(value);
  const isAddress = /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d{0,4})?$/.test(pathname);
  return isAddress && !search && !hash && isDecodable(username + password);
}

/** Its `host:port`, safe to log. */
export function addressIn(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 6379}`;
}

function isDecodable(text: string): boolean {
  try {
    return typeof decodeURIComponent(text) === 'string';
  } catch {
    return false;
  }
}
