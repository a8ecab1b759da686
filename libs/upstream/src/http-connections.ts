import { isIP } from 'node:net';
import { rotatingLookup } from '#libs/endpoints';
import buildConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { PlainToTls } from './plain-to-tls.ts';
import { TlsFiles, type TlsFileError, type TlsFileSettings } from './tls-files.ts';
import { readTolerantly } from './tolerant-parser.ts';

const CONNECT_TIMEOUT_MS = 1_000;
/** The largest answer, encoded or decoded, in bytes. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const UNIX_ADDRESS = /^unix:(?:\/\/)?(\/[^/].*)$/;

const CONNECTING = { timeout: CONNECT_TIMEOUT_MS, allowH2: false };
/** Resolves a name with several addresses to each of them in turn, so that all get connections. */
const lookup = rotatingLookup();

/** Resets of connections that had answered a request before. */
const resets = new WeakSet<Error>();
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE']);

/** Whether a request failed because its connection ended, or was reset, that had answered another one before. */
export function wasKept(error: Error): boolean {
  // undici has an error of its own for an end, with the counts of the connection.
  const { message, socket } = error as Error & { socket?: { bytesRead?: number } };
  return resets.has(error) || (message === 'other side closed' && (socket?.bytesRead ?? 0) > 0);
}

const prepared =
  (connect: buildConnector.connector): buildConnector.connector =>
  (options, callback) =>
    connect(options, (...connected) => {
      const [, socket] = connected;
      if (socket) readTolerantly(socket);
      socket?.on('error', (error: NodeJS.ErrnoException) => {
        if (socket.bytesRead > 0 && RESET_CODES.has(error.code!)) resets.add(error);
      });
      callback(...connected);
    });

/** Options of the connections to an upstream. */
export interface HttpConnectionOptions {
  /** The most short calls in flight, by the bulkhead. */
  maxInFlight: number;
  tls?: TlsFileSettings;
  /** Called when changed TLS files cannot be used. */
  onTlsRefused?: (error: TlsFileError) => void;
}

/**
 * The connections to one address. HTTP/1.1 also over TLS: over HTTP/2 undici would use one session, and what the upstream allows on it
 * would bound the calls.
 */
export class HttpConnections {
  /**
   * For short calls: as many connections as the bulkhead permits, so that no call waits here after its timeout has
   * started.
   */
  calls!: Pool;
  /** For streams and probes, which hold no place in the bulkhead. */
  streams!: Pool;
  readonly plainToTls: PlainToTls;
  /** Replaced pools with calls or streams that have not ended. */
  private readonly retired = new Set<Pool>();

  /** @param address `http://…`, `https://…` or `unix:/path` */
  constructor(
    private readonly address: string,
    options: HttpConnectionOptions,
  ) {
    this.plainToTls = new PlainToTls(address);
    this.open(options);
  }

  /** Uses other options for new calls; those under way end on their connections. */
  renew(options: HttpConnectionOptions): void {
    const replaced = [this.calls, this.streams];
    this.open(options);
    for (const pool of replaced) {
      this.retired.add(pool);
      const closed = () => this.retired.delete(pool);
      void pool.close().then(closed, closed);
    }
  }

  private open({ maxInFlight, tls, onTlsRefused }: HttpConnectionOptions): void {
    const socketPath = UNIX_ADDRESS.exec(this.address)?.[1];
    const origin = socketPath ? 'http://localhost' : this.address;
    const options = {
      pipelining: 1,
      allowH2: false,
      maxResponseSize: MAX_BODY_BYTES,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: prepared(
        tls
          ? withFiles(new TlsFiles(tls, onTlsRefused))
          : buildConnector(socketPath ? { ...CONNECTING, socketPath } : { ...CONNECTING, lookup }),
      ),
    };
    this.calls = new Pool(origin, { ...options, connections: maxInFlight });
    this.streams = new Pool(origin, options);
  }

  /** The last known IP addresses of its name; empty for a Unix socket, and before the first connection. */
  get ips(): readonly string[] {
    if (UNIX_ADDRESS.test(this.address)) return [];
    const host = new URL(this.address).hostname.replace(/^\[|\]$/g, '');
    return isIP(host) ? [host] : lookup.knownIps(host);
  }

  /** The number of established connections. */
  get connected(): number {
    return [this.calls, this.streams, ...this.retired].reduce((sum, { stats }) => sum + stats.connected, 0);
  }

  /** Closes all connections, also busy ones. */
  async close(): Promise<void> {
    await Promise.all([this.calls, this.streams, ...this.retired].map((pool) => pool.destroy()));
  }
}

/** Connects with the files as they are now. Changed files begin without TLS sessions: one resumed would be checked by the old. */
function withFiles(files: TlsFiles): buildConnector.connector {
  const build = () => buildConnector({ ...files.current(), ...CONNECTING, lookup });
  let material = files.current();
  let connect = build();
  return (options, callback) => {
    if (files.current() !== material) {
      material = files.current();
      connect = build();
    }
    return connect(options, callback);
  };
}
