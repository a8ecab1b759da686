import { type Socket } from 'node:net';
import { connect } from 'node:tls';

/** The host and port of a server, or the path of its socket. */
export type Place = { path: string } | { host: string; port: number };

/** The result of a TLS handshake; `alert` if the server rejected it, undefined without TLS. */
export type TlsAnswer = 'h2' | 'no h2' | 'alert' | undefined;

/**
 * Probes whether a server uses TLS, and HTTP/2 over it. Nothing is sent and nothing is trusted: only the outcome of the
 * handshake counts.
 * @param until the end of the probe, by `performance.now()`
 */
export function tlsAnswer(place: Place, until: number): Promise<TlsAnswer> {
  const socket = connect({ ...place, rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] });
  return answerOf<TlsAnswer>(socket, until, (resolve) => {
    // A server without ALPN may still support HTTP/2.
    socket.once('secureConnect', () => resolve(socket.alpnProtocol === 'http/1.1' ? 'no h2' : 'h2'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => code?.includes('ALERT') && resolve('alert'));
  });
}

/**
 * The answer of a server on a new socket, which is closed then.
 * @param until the end of the wait, by `performance.now()`
 * @param listen resolves with the answer
 * @returns undefined if the server closes the connection or does not answer in time
 */
export function answerOf<T>(
  socket: Socket,
  until: number,
  listen: (resolve: (answer: T) => void) => void,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), Math.max(0, until - performance.now()));
    listen((answer) => {
      resolve(answer);
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
