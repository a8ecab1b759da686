import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import { isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { parseAddress } from './ip-address.ts';
import { parseProxyHeader, type ProxiedPeer, type ProxyHeader } from './proxy-header.ts';
import { rangesOf } from './trusted-proxies.ts';

/** Options of the PROXY protocol listener. */
export interface ProxiedConnectionsOptions {
  /** Trusted proxy addresses and CIDR ranges; `true` for all. */
  from: true | readonly string[];
  /** The timeout of the header, from the connection on, in milliseconds. */
  timeoutMs: number;
  /** Called with the address of a connection that was refused. */
  onRefused?(reason: RefusedConnection, address: string): void;
}

/** Why a connection was closed: an untrusted peer, a missing or malformed header, or a timeout. */
export type RefusedConnection = 'stranger' | 'malformed' | 'late';

/**
 * Makes a server accept the PROXY protocol: proxies send a header at the start of each connection, before TLS. The
 * client's address is then the `remoteAddress` of its sockets, TLS and HTTP/2 included. A connection with a missing,
 * malformed, too long or too slow header is closed without a response.
 */
export function expectProxyHeaders<S extends HttpServer>(
  server: S,
  { from, timeoutMs, onRefused = () => {} }: ProxiedConnectionsOptions,
): S {
  const isFrom = from === true ? () => true : rangesOf(from);
  const take = server.listeners('connection') as ((socket: Socket) => void)[];
  const waiting = new Set<Socket>();
  /** Gives the sockets of TLS connections the address of the connection below them. */
  const peers = new Map<string, ProxiedPeer>();

  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const address = parseAddress(socket.remoteAddress ?? '');
    if (address === undefined) return void socket.destroy();
    const refuse = (reason: RefusedConnection) => {
      onRefused(reason, address);
      socket.destroy();
    };
    if (!isFrom(address)) return refuse('stranger');
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
    readHeader(socket, timeoutMs, (header) => {
      if (typeof header === 'string') return refuse(header);
      const { peer } = header;
      waiting.delete(socket);
      if (peer) {
        const name = nameOf(socket);
        peers.set(name, peer);
        socket.once('close', () => void (peers.get(name) === peer && peers.delete(name)));
        setPeer(socket, peer);
      }
      for (const listener of take) listener.call(server, socket);
    });
  });
  const inherit = (socket: TLSSocket) => {
    const peer = peers.get(nameOf(socket));
    if (peer) setPeer(socket, peer);
  };
  server.prependListener('secureConnection', inherit);
  server.prependListener('tlsClientError', (_error: Error, socket: TLSSocket) => inherit(socket));
  closeFirst(server, waiting);
  return server;
}

/** A key that both sockets of one TCP connection share, unique while it is open. */
const nameOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  [remoteAddress, remotePort, localAddress, localPort].join(' ');

function setPeer(socket: Socket, { address, port }: ProxiedPeer): void {
  Object.defineProperties(socket, {
    remoteAddress: { value: address },
    remotePort: { value: port },
    remoteFamily: { value: isIPv6(address) ? 'IPv6' : 'IPv4' },
  });
}

/** Reads the header, and leaves the following bytes in the socket. A client that disconnects before is ignored. */
function readHeader(
  socket: Socket,
  timeoutMs: number,
  done: (header: ProxyHeader | 'malformed' | 'late') => void,
): void {
  let bytes: Buffer = Buffer.alloc(0);
  const late = () => {
    stop();
    done('late');
  };
  const timeout = setTimeout(late, timeoutMs);
  const read = () => {
    const piece = socket.read() as Buffer | null;
    if (!piece) return;
    bytes = Buffer.concat([bytes, piece]);
    const header = parseProxyHeader(bytes);
    if (header === 'incomplete') return;
    stop();
    if (header !== 'malformed' && bytes.length > header.length) socket.unshift(bytes.subarray(header.length));
    done(header);
  };
  const leave = () => void socket.destroy();
  const stop = () => {
    clearTimeout(timeout);
    socket.off('readable', read).off('end', leave).off('error', leave).off('close', stop);
  };
  socket.on('readable', read).on('end', leave).on('error', leave).on('close', stop);
}

/** Closes connections that have sent no header yet, so that a closing server does not wait for them. */
function closeFirst(server: HttpServer, waiting: ReadonlySet<Socket>): void {
  const close = server.close.bind(server);
  server.close = (done) => {
    for (const socket of waiting) socket.destroy();
    return close(done);
  };
}
