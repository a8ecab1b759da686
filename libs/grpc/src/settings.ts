import type { SecureContextOptions } from 'node:tls';

/** What TLS is made with. */
export type TlsMaterial = Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> & {
  /** The name that the certificate must bear, in place of the host's. */
  servername?: string;
};

/** How connections are kept. All times in milliseconds. */
export interface ConnectionSettings {
  /** What a connection may take to be made, TLS and the server's SETTINGS included. */
  connectTimeoutMs: number;
  /** A call that is not answered for so long, on a connection that is silent, is reason to ping. */
  probeAfterMs: number;
  /** A PING that is not answered for so long ends the connection. */
  pingTimeoutMs: number;
  /**
   * How often a connection with calls, on which nothing comes, is pinged. Stock servers of C core and Go take two pings
   * within five minutes of silence, and no third (gRFC A8). Doubled by each GOAWAY for "too_many_pings".
   */
  keepaliveMs: number;
  /** A connection beside others that has no calls for so long is closed. */
  idleMs: number;
  /** How many connections an address has at most. */
  maxConnections: number;
  /** How often to look whether the material of TLS has changed: connections made with the old are replaced then. */
  tlsCheckMs: number;
}

/** Defaults that stock servers accept. */
export const connectionSettings: ConnectionSettings = {
  connectTimeoutMs: 1_000,
  probeAfterMs: 250,
  pingTimeoutMs: 2_000,
  keepaliveMs: 330_000,
  idleMs: 30_000,
  maxConnections: 64,
  tlsCheckMs: 2_000,
};
