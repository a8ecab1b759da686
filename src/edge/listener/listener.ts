import { createServer, type RequestListener, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from 'node:http2';
import type { Config } from '#gateway/config/config';
import { selectProtocol, serveHttp10 } from './application-protocols.ts';
import { checkClientCertificates, clientCertificateOptions } from './client-certificates.ts';
import { expectProxyHeaders, type RefusedConnection } from '#libs/client-address';
import type { Logger } from '#libs/observe';
import { continueWhenRead } from './expect-continue.ts';
import { ANY_RESETS, limitCancellations } from './http2-cancellations.ts';
import { limitSessions } from './http2-timeouts.ts';
import { withTimeouts, serverTimeouts } from './timeouts.ts';
import { oneAfterAnother } from './unanswered.ts';

/**
 * The most concurrent streams of an HTTP/2 connection. Clients commonly use at most 100, and Node also counts those that have
 * just ended: it resets the next ones with `ENHANCE_YOUR_CALM`, which clients do not repeat. So there is room for both.
 */
const MAX_CONCURRENT = 256;

/** Whether the listener uses TLS. */
export const isSecure = ({ TLS_CERT_FILE }: Config): boolean => TLS_CERT_FILE !== undefined;

/** Creates the server for clients: HTTP/1.1, or with a certificate HTTP/2 and HTTP/1.1 on one port (ALPN). */
export function listenerFor(config: Config, logger: Logger): (handler: RequestListener) => Server {
  const timeouts = serverTimeouts(config);
  const opened = (server: Server) => takeProxied(withTimeouts(server, config), config, logger);
  if (!isSecure(config))
    return (handler) => {
      const ordered = oneAfterAnother(handler);
      return opened(continueWhenRead(createServer(timeouts, ordered), ordered));
    };
  const options: SecureServerOptions = {
    ...timeouts,
    ...certificateOf(config),
    ...clientCertificateOptions(config),
    handshakeTimeout: config.HEADERS_TIMEOUT_MS,
    ...ANY_RESETS,
    allowHTTP1: true,
    ALPNCallback: selectProtocol,
    // Node never takes back what a cancelled answer had not sent: a proxy's connection would be refused everything after 10 MB.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
    settings: { maxConcurrentStreams: MAX_CONCURRENT, maxHeaderListSize: config.HEADERS_LIMIT_BYTES },
  };
  // Node's HTTP/2 compatibility API lets HTTP/1.1 handlers answer HTTP/2 requests.
  return (handler) => {
    const ordered = oneAfterAnother(handler);
    const server = createSecureServer(options, ordered as never);
    continueWhenRead(server as unknown as Server, ordered);
    checkClientCertificates(server, config, logger);
    serveHttp10(server);
    limitSessions(server as unknown as Server, config);
    limitCancellations(server as unknown as Server);
    return opened(server as unknown as Server);
  };
}

const certificateOf = ({ TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE }: Config) =>
  ({ cert: TLS_CERT_FILE, key: TLS_KEY_FILE, ca: TLS_CLIENT_CA_FILE, minVersion: 'TLSv1.2' }) as const;

/** Uses a changed certificate for new connections; those that are open stay. */
export function applyToListener(server: Server, config: Config): void {
  if (isSecure(config)) (server as unknown as Http2SecureServer).setSecureContext(certificateOf(config));
}

const REFUSED: Record<RefusedConnection, string> = {
  stranger: 'from an address that PROXY_PROTOCOL does not name',
  malformed: 'without a PROXY protocol header, which PROXY_PROTOCOL requires',
  late: 'without a PROXY protocol header within HEADERS_TIMEOUT_MS',
};

/** Reads PROXY protocol headers, within the time limit for headers, and logs each reason for a refusal once. */
function takeProxied(server: Server, { PROXY_PROTOCOL, HEADERS_TIMEOUT_MS }: Config, logger: Logger): Server {
  if (PROXY_PROTOCOL === false) return server;
  const logged = new Set<RefusedConnection>();
  const onRefused = (reason: RefusedConnection, address: string) => {
    if (logged.has(reason)) return;
    logged.add(reason);
    logger.warn({ address }, `A connection was closed: it came ${REFUSED[reason]}. This warning is logged once.`);
  };
  return expectProxyHeaders(server, { from: PROXY_PROTOCOL, timeoutMs: HEADERS_TIMEOUT_MS, onRefused });
}
