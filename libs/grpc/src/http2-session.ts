import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Address } from '#libs/endpoints';
import type { TlsMaterial } from './settings.ts';

/** A server, and its connection options. */
export interface Server {
  address: Address;
  /** Called for each connection; undefined for plain text. */
  tls: (() => TlsMaterial) | undefined;
}

/** Starts an HTTP/2 connection, over TLS if configured. @throws {Error} if the TLS files are invalid */
export function openSession({ address, tls }: Server): ClientHttp2Session {
  const { host, port, authority } = address;
  const place = port === undefined ? { path: host } : { host, port };
  const name = nameIn(authority);
  const session = connect(`${tls ? 'https' : 'http'}://${authority}`, {
    settings: { enablePush: false },
    // Callers bound the calls in flight; Node's own limit would end connections with many streams.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
    createConnection: () => {
      const socket = tls
        ? connectTls({ ...place, ALPNProtocols: ['h2'], servername: isIP(name) ? '' : name, ...tls() })
        : connectTcp({ ...place, noDelay: true });
      // Node's session does not report a TLS alert after its start, for example for a missing certificate (TLS 1.3).
      return socket.once('error', (error) => {
        session.destroy(error);
        socket.destroy();
      });
    },
  });
  return session;
}

/** The pseudo-headers of every call, as alternating names and values. */
export const pseudoHeaders = ({ address: { authority }, tls }: Server): readonly string[] => [
  ':method',
  'POST',
  ':scheme',
  tls ? 'https' : 'http',
  ':authority',
  authority,
];

/** The host of `host:port`, without brackets. */
export const nameIn = (authority: string): string => authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
