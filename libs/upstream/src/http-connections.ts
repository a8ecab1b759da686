import { rotatingLookup } from '#libs/endpoints';
import buildConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { TlsFiles, type TlsFileError, type TlsFileSettings } from './tls-files.ts';

const CONNECT_TIMEOUT_MS = 1_000;
/** No answer may be larger, neither as it comes nor decoded. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const UNIX_ADDRESS = /^unix:(?:\/\/)?(\/[^/].*)$/;

const CONNECTING = { timeout: CONNECT_TIMEOUT_MS, allowH2: false };
/** A name with several addresses has connections to all of them. */
const lookup = rotatingLookup();

/** How connections to an upstream are made. */
export interface HttpConnectionOptions {
  /** How many short calls the bulkhead lets be in flight. */
  maxInFlight: number;
  tls?: TlsFileSettings;
  /** Is called when changed TLS files cannot be used. */
  onTlsRefused?: (error: TlsFileError) => void;
}

/**
 * The connections to one address. HTTP/1.1 also over TLS: over HTTP/2 undici would use one session, and what the upstream allows on it
 * would bound the calls.
 */
export class HttpConnections {
  /** For short calls: as many as the bulkhead lets through, so that none waits here, where its time has begun. */
  readonly calls: Pool;
  /** For streams and probes, which take no place in the bulkhead for as long as they last. */
  readonly streams: Pool;

  /** @param address `http://…`, `https://…` or `unix:/path` */
  constructor(address: string, { maxInFlight, tls, onTlsRefused }: HttpConnectionOptions) {
    const socketPath = UNIX_ADDRESS.exec(address)?.[1];
    const origin = socketPath ? 'http://localhost' : address;
    const options = {
      pipelining: 1,
      allowH2: false,
      maxResponseSize: MAX_BODY_BYTES,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: tls
        ? withFiles(new TlsFiles(tls, onTlsRefused))
        : buildConnector(socketPath ? { ...CONNECTING, socketPath } : { ...CONNECTING, lookup }),
    };
    this.calls = new Pool(origin, { ...options, connections: maxInFlight });
    this.streams = new Pool(origin, options);
  }

  /** Ends all connections, whatever goes on. */
  async close(): Promise<void> {
    await Promise.all([this.calls.destroy(), this.streams.destroy()]);
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
