/** How clients reached a server, as far as its own end of the connection or trusted proxies say. */
export type Protocol = 'http' | 'https';

/** Protocol names that proxies write; some use the WebSocket schemes. */
const PROTOCOLS: Readonly<Record<string, Protocol>> = { http: 'http', https: 'https', ws: 'http', wss: 'https' };

const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const DEFAULT_PORT = { http: /:80$/, https: /:443$/ };

/** Parses a protocol as proxies write it. @returns undefined for any other */
export function parseProtocol(text: string | undefined): Protocol | undefined {
  const scheme = text?.toLowerCase();
  return scheme !== undefined && Object.hasOwn(PROTOCOLS, scheme) ? PROTOCOLS[scheme] : undefined;
}

/** A host, with its port where it has one. @returns undefined for anything else */
export const parseHost = (text: string | undefined): string | undefined =>
  text !== undefined && HOST.test(text) ? text : undefined;

/** The origin of pages at a host as browsers write it in `Origin` (RFC 6454, section 6.2): lower case, no default port. */
export const serializeOrigin = (protocol: Protocol, host: string): string =>
  `${protocol}://${host.toLowerCase().replace(DEFAULT_PORT[protocol], '')}`;
