/** An address that connections are made to. */
export interface Address {
  /** Unique key, also shown to operators: `10.0.0.7:3002`, `unix:/run/orders.sock`, `http://users:3001`. */
  readonly name: string;
  /** IP address or path of a Unix socket. */
  readonly host: string;
  /** Undefined for a Unix socket. */
  readonly port?: number;
  /** The server name: the `host:port` of `:authority`, and the name in its certificate. */
  readonly authority: string;
  /** Share of the calls relative to other addresses of the same priority. */
  readonly weight: number;
  /**
   * Addresses with a greater number are used only while none with a smaller one can be reached (RFC 2782). 0 by
   * default.
   */
  readonly priority?: number;
  /** Whether its scheme requires TLS; undefined without a scheme. */
  readonly isSecure?: boolean;
}

/** `host:port`, with brackets around an IPv6 address (RFC 3986, 3.2.2). */
export const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
