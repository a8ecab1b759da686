import type { IncomingMessage, Server, ServerOptions } from 'node:http';
import { becomesSocket } from './upgrades.ts';
import type { Config } from '#gateway/config/config';

/** How often connections are looked at, in milliseconds: that late may one be cut. */
const LOOK_MS = 1_000;

/** How long clients may take to ask (slow headers, slow bodies), and how long a connection may rest between requests. */
export function patienceOf(config: Config): ServerOptions {
  return {
    headersTimeout: config.HEADERS_TIMEOUT_MS,
    // Bodies have clocks of their own: see edge/body.
    requestTimeout: 0,
    keepAliveTimeout: config.KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: LOOK_MS,
    // Node would answer with nothing but a status; the `malformed` stage refuses it.
    requireHostHeader: false,
    maxHeaderSize: config.HEADERS_LIMIT_BYTES,
  };
}

/** Node's types do not know it yet: which upgrades are taken (Node 24.9). */
interface WithUpgrades extends Server {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

/** How long a client may leave an answer unread, and how many connections there may be. */
export function listenPatiently(server: Server, { MAX_CONNECTIONS, IDLE_TIMEOUT_MS }: Config): Server {
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  (server as WithUpgrades).shouldUpgradeCallback = becomesSocket;
  return server;
}
