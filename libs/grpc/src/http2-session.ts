import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Address } from '#libs/endpoints';
import type { TlsMaterial } from './settings.ts';

/** A server, and its connection options. */
export interface Server {
  address: Address;
  /** Asked for each connection; undefined for plain text. */
  tls: (() => TlsMaterial) | undefined;
}

/** Begins an HTTP/2 connection, over TLS where the server wants it. @throws {Error} where the TLS files are no good */
export function openSession({ address, tls }: Server): ClientHttp2Session {
  const { host, port, authority } = address;
  const place = port === undefined ? { path: host } : { host, port };
  const name = nameIn(authority);
  const session = connect(`${tls ? 'https' : 'http'}://${authority}`, {
    settings: { enablePush: false },
    // What is under way is bounded by the callers; Node's own bound ends connections that have many streams.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
    createConnection: () => {
      const socket = tls
        ? connectTls({ ...place, ALPNProtocols: ['h2'], servername: isIP(name) ? '' : name, ...tls() })
        : connectTcp({ ...place, noDelay: true });
      // Node's session hears nothing of a TLS alert that comes once it has begun, such as for a missing certificate (TLS 1.3).
      return socket.once('error', (error) => {
        session.destroy(error);
        socket.destroy();
      });
    },
  });
  return session;
}

/** What every call says of its server first, as names and values in turn. */
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
