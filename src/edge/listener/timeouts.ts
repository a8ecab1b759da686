import type { IncomingMessage, Server, ServerOptions } from 'node:http';
import type { Http2Session } from 'node:http2';
import { Socket } from 'node:net';
import { becomesSocket } from './upgrades.ts';
import type { Config } from '#gateway/config/config';

/**
 * How often the timeouts of connections are checked, in milliseconds: a connection is closed this late at most.
 */
const POLL_MS = 1_000;

/** The server options with the time limits for headers and idle connections, and the size limit of headers. */
export function serverTimeouts(config: Config): ServerOptions {
  return {
    headersTimeout: config.HEADERS_TIMEOUT_MS,
    // The `body` stage (edge/body) limits the time of bodies.
    requestTimeout: 0,
    keepAliveTimeout: config.KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: POLL_MS,
    // Node would answer with a bare status; the `malformed` stage answers with problem details.
    requireHostHeader: false,
    maxHeaderSize: config.HEADERS_LIMIT_BYTES,
  };
}

/** Node's option to accept or ignore an upgrade (Node 24.9), which its types lack. */
interface WithUpgrades extends Server {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

/** Limits the time that a connection may be idle, for example with an unread answer. HTTP/2 sessions have limits of their own. */
export function withTimeouts(server: Server, { IDLE_TIMEOUT_MS }: Config): Server {
  // With a listener, Node destroys nothing by itself.
  server.setTimeout(IDLE_TIMEOUT_MS, (idle: Socket | Http2Session) => {
    if (idle instanceof Socket) idle.destroy();
  });
  (server as WithUpgrades).shouldUpgradeCallback = becomesSocket;
  return server;
}
