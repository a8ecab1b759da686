import type { Http2SecureServer } from 'node:http2';
import type { TLSSocket } from 'node:tls';

/** The protocols of the listener with TLS, the preferred first. A client may offer HTTP/1.0 alone: `curl --http1.0` does. */
const PROTOCOLS = ['h2', 'http/1.1', 'http/1.0'];

/**
 * The protocol for those that a client offers by ALPN; undefined for the alert `no_application_protocol` (RFC 7301, section 3.2).
 * A client without ALPN speaks HTTP/1.
 */
export const selectProtocol = ({ protocols }: { protocols: readonly string[] }): string | undefined =>
  PROTOCOLS.find((protocol) => protocols.includes(protocol));

/** Serves connections with the name `http/1.0` as HTTP/1: Node takes every name but `http/1.1` for HTTP/2. */
export function serveHttp10(server: Http2SecureServer): void {
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol === 'http/1.0') socket.alpnProtocol = 'http/1.1';
  });
}
