import type { RequestListener, Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
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
    maxHeaderSize: config.HEADERS_LIMIT_BYTES,
  };
}

/** How long a client may leave an answer unread, and how many connections there may be. */
export function listenPatiently(server: Server, { MAX_CONNECTIONS, IDLE_TIMEOUT_MS }: Config): Server {
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  return server;
}

/** So many requests may a connection have unanswered: pipelining (RFC 9112, section 9.3.2) is used by hardly any client. */
const MOST_UNANSWERED = 6;

/**
 * Cuts a connection that asks on and on without reading answers: Node reads all that came in one piece before it looks
 * whether anybody takes what it writes.
 */
export function oneAfterAnother(handler: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, number>();
  return (request, response) => {
    // HTTP/2 has a limit of its own, and no order.
    if (request.httpVersionMajor > 1) return handler(request, response);
    const { socket } = request;
    const many = (unanswered.get(socket) ?? 0) + 1;
    if (many > MOST_UNANSWERED) return void socket.destroy();
    unanswered.set(socket, many);
    response.once('close', () => unanswered.set(socket, unanswered.get(socket)! - 1));
    handler(request, response);
  };
}
