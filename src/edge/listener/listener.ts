import { createServer, type RequestListener, type Server } from 'node:http';
import { createSecureServer, type SecureServerOptions } from 'node:http2';
import type { Config } from '#gateway/config/config';
import { expectProxyHeaders, type RefusedConnection } from '#libs/client-address';
import type { Logger } from '#libs/observe';
import { listenPatiently, patienceOf } from './patience.ts';
import { oneAfterAnother } from './unanswered.ts';

/** So many requests may a connection of HTTP/2 have under way (RFC 9113, section 6.5.2, wants no fewer). */
const MOST_CONCURRENT = 100;

/** Whether clients come by TLS. */
export const isSecure = ({ TLS_CERT_FILE }: Config): boolean => TLS_CERT_FILE !== undefined;

/** Makes the server that clients come to: HTTP/1.1, or with a certificate HTTP/2 and HTTP/1.1 on one port, as they agree (ALPN). */
export function listenerFor(config: Config, logger: Logger): (handler: RequestListener) => Server {
  const patience = patienceOf(config);
  const opened = (server: Server) => takeProxied(listenPatiently(server, config), config, logger);
  if (!isSecure(config)) return (handler) => opened(createServer(patience, oneAfterAnother(handler)));
  const options: SecureServerOptions = {
    ...patience,
    cert: config.TLS_CERT_FILE,
    key: config.TLS_KEY_FILE,
    minVersion: 'TLSv1.2',
    allowHTTP1: true,
    settings: { maxConcurrentStreams: MOST_CONCURRENT, maxHeaderListSize: config.HEADERS_LIMIT_BYTES },
  };
  // Node lets handlers of HTTP/1.1 answer HTTP/2: its requests and responses look the same.
  return (handler) => opened(createSecureServer(options, oneAfterAnother(handler) as never) as unknown as Server);
}

const REFUSED: Record<RefusedConnection, string> = {
  stranger: 'from an address that PROXY_PROTOCOL does not name',
  malformed: 'without a header of the PROXY protocol, which PROXY_PROTOCOL wants',
  late: 'without a header of the PROXY protocol for HEADERS_TIMEOUT_MS',
};

/** A header of the PROXY protocol is one more that a client may be slow with. Each way to be refused is logged once. */
function takeProxied(server: Server, { PROXY_PROTOCOL, HEADERS_TIMEOUT_MS }: Config, logger: Logger): Server {
  if (PROXY_PROTOCOL === false) return server;
  const logged = new Set<RefusedConnection>();
  const onRefused = (reason: RefusedConnection, address: string) => {
    if (logged.has(reason)) return;
    logged.add(reason);
    logger.warn({ address }, `A connection was closed: it came ${REFUSED[reason]}. This is said once.`);
  };
  return expectProxyHeaders(server, { from: PROXY_PROTOCOL, timeoutMs: HEADERS_TIMEOUT_MS, onRefused });
}
