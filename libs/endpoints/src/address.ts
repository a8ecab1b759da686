/** One place that a connection can be made to. */
export interface Address {
  /** What tells it from others, and what operators see: `10.0.0.7:3002`, `unix:/run/orders.sock`, `http://users:3001`. */
  readonly name: string;
  /** IP address or path of a Unix socket. */
  readonly host: string;
  /** Undefined for a Unix socket. */
  readonly port?: number;
  /** What the server is called there: `host:port` of `:authority`, and the name of its certificate. */
  readonly authority: string;
  /** Share of the calls beside the other addresses of its priority. */
  readonly weight: number;
  /** Those with a greater number are used only while none with a smaller one can be reached (RFC 2782). 0, if left out. */
  readonly priority?: number;
  /** Whether its scheme asks for TLS; undefined where it has none. */
  readonly isSecure?: boolean;
}

/** `host:port`, with brackets around an IPv6 address (RFC 3986, 3.2.2). */
export const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
