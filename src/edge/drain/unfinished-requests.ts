import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, to close those that would keep it from ending: Node has no timeouts for them once it closes. */
export class UnfinishedRequests {
  /** By the peer of the TCP connection, so that a TLS socket takes the place of the one that carries it. */
  private readonly sockets = new Map<string, Socket>();
  private readonly requests = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  private readonly answered = new WeakSet<IncomingMessage>();
  /** When connections were accepted, by `performance.now()`; the socket of TLS comes after its handshake. */
  private readonly acceptedAt = new WeakMap<Socket, number>();
  private readonly upgraded = new WeakSet<Socket>();

  constructor(server: Server) {
    const add = (socket: Socket) => {
      const key = `${socket.remoteAddress} ${socket.remotePort}`;
      // Peers of Unix sockets have no address.
      const carrier = socket.remotePort === undefined ? undefined : this.sockets.get(key);
      this.acceptedAt.set(socket, (carrier && this.acceptedAt.get(carrier)) ?? performance.now());
      this.sockets.set(key, socket);
      socket.once('close', () => this.sockets.get(key) === socket && this.sockets.delete(key));
    };
    const begun = (request: IncomingMessage, response: ServerResponse) =>
      void this.requests.set(request.socket, { request, response });
    // Before a listener that gives the TLS socket the address of a PROXY header.
    server.on('connection', add).prependListener('secureConnection', add);
    server.prependListener('request', begun).prependListener('checkContinue', begun);
    server.prependListener('upgrade', ({ socket }) => void this.upgraded.add(socket));
  }

  /** Whether a connection without HTTP/2 that was accepted in the last `withinMs` milliseconds has sent no request yet. */
  areFirstExpected(withinMs: number): boolean {
    const since = performance.now() - withinMs;
    const hasSent = (socket: Socket) => this.requests.has(socket) || this.upgraded.has(socket);
    const isExpected = (socket: Socket & { alpnProtocol?: string }) =>
      this.acceptedAt.get(socket)! > since && !hasSent(socket) && socket.alpnProtocol !== 'h2';
    return [...this.sockets.values()].some(isExpected);
  }

  /** Closes connections whose request is not complete: they may wait for ever for the rest of it. Others are answered. */
  close(): void {
    for (const socket of this.sockets.values()) if (!this.requests.get(socket)?.request.complete) socket.destroy();
  }

  /** Closes connections whose client was still sending at the last call, and had its answer then: it could read it in between. */
  closeAnswered(): void {
    for (const socket of this.sockets.values()) {
      const { request, response } = this.requests.get(socket) ?? {};
      if (!request || request.complete || !response?.writableFinished) continue;
      if (this.answered.has(request)) socket.destroy();
      this.answered.add(request);
    }
  }
}
