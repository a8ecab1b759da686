import type { InternalTokenSigner } from '#libs/internal-token';
import type { Context, TryRecord } from './context.ts';
import type { GrpcAddressReport, TransportStats } from '#libs/grpc';
import type { TlsFileError } from './tls-files.ts';
import type { Upstream } from './upstream.ts';

/** What every client of an upstream is given. */
export interface ClientOptions {
  /** Its name is the audience of the tokens. */
  upstream: Upstream;
  /** Tells the upstream who the caller is. */
  tokens: InternalTokenSigner;
  /** What it is asked with in place of those, where it is none of ours: it is not told who asks. */
  apiKey?: string;
  /** Told of every try. */
  onTry: OnTry;
  /** Is called when changed TLS files cannot be used: the last good ones stay in use. */
  onTlsRefused?: (error: TlsFileError) => void;
}

/** Is told of every try as it ends, and of the error where it failed. */
export type OnTry = (record: TryRecord, error?: unknown) => void;

/** What only a client says of its addresses that keeps its connections itself. */
type OfConnections = 'isConnected' | 'connections';

/** A client, as operators see it. */
export interface Client {
  readonly upstream: Upstream;
  /** Counts of its connections, where it keeps them itself. */
  readonly stats?: TransportStats;
  /** How its addresses do. */
  addresses(): (Omit<GrpcAddressReport, OfConnections> & Partial<Pick<GrpcAddressReport, OfConnections>>)[];
  /** Asks the upstream itself whether it is ready, past all policies. */
  isReady(context: Context): Promise<boolean>;
  close(): Promise<void>;
}
