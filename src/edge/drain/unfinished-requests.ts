import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, to close those that would keep it from ending: Node has no timeouts for them once it closes. */
export class UnfinishedRequests {
  /** By the peer of the TCP connection, so that a TLS socket takes the place of the one that carries it. */
  private readonly sockets = new Map<string, Socket>();
  private readonly requests = new WeakMap<Socket, IncomingMessage>();

  constructor(server: Server) {
    const add = (socket: Socket) => {
      const key = `${socket.remoteAddress} ${socket.remotePort}`;
      this.sockets.set(key, socket);
      socket.once('close', () => this.sockets.get(key) === socket && this.sockets.delete(key));
    };
    const begun = (request: IncomingMessage) => void this.requests.set(request.socket, request);
    // Before a listener that gives the TLS socket the address of a PROXY header.
    server.on('connection', add).prependListener('secureConnection', add);
    server.prependListener('request', begun).prependListener('checkContinue', begun);
  }

  /** Closes connections whose request is not complete: they may wait for ever for the rest of it. Others are answered. */
  close(): void {
    for (const socket of this.sockets.values()) if (!this.requests.get(socket)?.complete) socket.destroy();
  }
}
