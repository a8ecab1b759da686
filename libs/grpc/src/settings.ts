import type { SecureContextOptions } from 'node:tls';

/** TLS options. */
export type TlsMaterial = Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'allowPartialTrustChain'> & {
  /** The expected name in the certificate, instead of the host. */
  servername?: string;
};

/** Connection settings. All times are in milliseconds. */
export interface ConnectionSettings {
  /** The timeout of a connection attempt, including TLS and the server's SETTINGS. */
  connectTimeoutMs: number;
  /** A call without a response for this time, on a silent connection, triggers a PING. */
  probeAfterMs: number;
  /** An unacknowledged PING closes the connection after this time. */
  pingTimeoutMs: number;
  /**
   * The interval of pings on a silent connection with calls. Servers of C core and Go accept two pings within five
   * minutes of silence by default, but not three (gRFC A8). Doubled by each GOAWAY with "too_many_pings".
   */
  keepaliveMs: number;
  /** A surplus connection without calls is closed after this time. */
  idleMs: number;
  /** The maximum number of connections per address, beside those with streams. */
  maxConnections: number;
  /** The maximum number of connections per address that have streams, so that streams leave some to short calls. */
  maxStreamConnections: number;
  /** The interval of checks for changed TLS files: connections made with the old ones are then replaced. */
  tlsCheckMs: number;
}

/** Defaults that servers accept with their default settings. */
export const connectionSettings: ConnectionSettings = {
  connectTimeoutMs: 1_000,
  probeAfterMs: 250,
  pingTimeoutMs: 2_000,
  keepaliveMs: 330_000,
  idleMs: 30_000,
  maxConnections: 128,
  maxStreamConnections: 150,
  tlsCheckMs: 2_000,
};
