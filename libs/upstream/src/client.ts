import type { InternalTokenSigner } from '#libs/internal-token';
import type { Context, TryRecord } from './context.ts';
import type { GrpcAddressReport, TransportStats } from '#libs/grpc';
import type { UpstreamSettings } from './settings.ts';
import type { TlsFileError } from './tls-files.ts';
import type { Upstream } from './upstream.ts';

/** Options of every upstream client. */
export interface ClientOptions {
  /** Its name is the audience of the tokens. */
  upstream: Upstream;
  /** Tells the upstream who the caller is. */
  tokens: InternalTokenSigner;
  /** The credential for a third-party upstream, sent in place of internal tokens: the caller is not disclosed to it. */
  apiKey?: string;
  /** Called for every try. */
  onTry: OnTry;
  /** Called when changed TLS files cannot be used: the last good ones stay in use. */
  onTlsRefused?: (error: TlsFileError) => void;
}

/** Called when a try ends, with its error if it failed, and the context that it was made in. */
export type OnTry = (record: TryRecord, error: unknown, context: Context) => void;

/** The state of an address. */
type AddressReport = Omit<GrpcAddressReport, 'isConnected'> & {
  /** gRPC only, whose addresses are IP addresses. */
  isConnected?: boolean;
  /** REST only, whose addresses have names: the last known IP addresses. */
  ips?: readonly string[];
};

/** A client, as operators see it. */
export interface UpstreamClient {
  readonly upstream: Upstream;
  /** Connection counters, if it keeps its own connections. */
  readonly stats?: TransportStats;
  /** The state of its addresses. */
  addresses(): AddressReport[];
  /** Checks the upstream's readiness endpoint, without policies. */
  isReady(context: Context): Promise<boolean>;
  /** Makes what its first calls would make, if there is anything: for some ten milliseconds. */
  prepare?(): void;
  /** Replaces the policy settings at once. Its state, and calls and streams under way, stay. */
  apply(settings: UpstreamSettings): void;
  close(): Promise<void>;
}
