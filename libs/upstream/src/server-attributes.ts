import type { Attributes } from '#libs/observe';

/** The address of an upstream as attributes of spans; none if it has several, or a socket of this machine. */
export function serverAttributes(addresses: readonly string[]): Attributes {
  const [address = ''] = addresses;
  const [, , host, port] = /^(\w+:\/\/)?(?:[^/@]*@)?(\[[^\]]*\]|[^:/;,]+):(\d+)(?:[/;].*)?$/.exec(address) ?? [];
  if (addresses.length !== 1 || !host) return {};
  return { 'server.address': host, 'server.port': Number(port) };
}
