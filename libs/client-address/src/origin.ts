/** The protocol of clients, as the connection or trusted proxies report it. */
export type Protocol = 'http' | 'https';

/** The protocol names that proxies send; some use the WebSocket schemes. */
const PROTOCOLS: Readonly<Record<string, Protocol>> = { http: 'http', https: 'https', ws: 'http', wss: 'https' };

const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const DEFAULT_PORT = { http: /:80$/, https: /:443$/ };

/** Parses a protocol name of proxies. @returns undefined for any other */
export function parseProtocol(text: string | undefined): Protocol | undefined {
  const scheme = text?.toLowerCase();
  return scheme !== undefined && Object.hasOwn(PROTOCOLS, scheme) ? PROTOCOLS[scheme] : undefined;
}

/** Parses a host with an optional port. @returns undefined for anything else */
export const parseHost = (text: string | undefined): string | undefined =>
  text !== undefined && HOST.test(text) ? text : undefined;

/**
 * The origin of pages at a host, serialized as in the `Origin` header (RFC 6454, section 6.2): lower case, without
 * default port.
 */
export const serializeOrigin = (protocol: Protocol, host: string): string =>
  `${protocol}://${host.toLowerCase().replace(DEFAULT_PORT[protocol], '')}`;
