import { type MethodDefinition, status as Status } from '@grpc/grpc-js';
import { type Address, Endpoints, Resolution, type Target, type Verdict } from '#libs/endpoints';
import {
  type CallOptions,
  type ConnectionReport,
  type GrpcChannel,
  type MessageStream,
  noTransportStats,
  type TransportStats,
} from './channel.ts';
import { GrpcFailure } from './failure.ts';
import { GrpcJsChannel } from './grpc-js-channel.ts';
import { isServing } from './health.ts';
import { Http2Channel } from './http2-channel.ts';
import { type ConnectionSettings, connectionSettings, type TlsMaterial } from './settings.ts';
import { decoded, reopening } from './reopening.ts';
import { read, written } from './serialization.ts';
import { watchMaterial } from './watch-material.ts';

/** The implementation of the gRPC client. */
export type GrpcImplementation = 'http2' | 'grpc-js';

/**
 * The maximum number of transparent retries of a call: nginx with `keepalive_requests 5` accepts five of forty at a
 * time.
 */
const MAX_TRANSPARENT_RETRIES = 16;

/** The drain time of a removed address, in milliseconds: its calls have ended by then. */
const RETIRE_MS = 31_000;

/** Statuses that mean that the address is unhealthy, rather than the caller at fault. */
const UNHEALTHY = new Set<Status>([Status.UNAVAILABLE, Status.INTERNAL, Status.UNKNOWN, Status.DATA_LOSS]);
/** A proxy limits its callers. */
const TOO_MANY_REQUESTS = 429;
/** Statuses that mean nothing unless the call was slow: the caller chooses the deadline. */
const CANCELLED_BY_CALLER = new Set<Status>([Status.CANCELLED, Status.DEADLINE_EXCEEDED]);

export interface GrpcPoolOptions {
  implementation?: GrpcImplementation;
  settings?: Partial<ConnectionSettings>;
  /**
   * Makes TLS the default for addresses without a scheme. Called for each connection and periodically: returns the same
   * object while nothing has changed. Without it, only `grpcs://` targets use TLS.
   */
  tls?: () => TlsMaterial;
  /** The duration from which a cancelled call counts as a failure of its address, in milliseconds. */
  slowMs?: () => number;
  /** Called when an address that refused connections is connected again. */
  onRecovered?: () => void;
}

/** The state of an address, for operators. */
export type GrpcAddressReport = ReturnType<Endpoints<GrpcChannel>['report']>[number] & {
  /** Whether calls would be sent immediately. An unreachable address is not called while others can be reached. */
  isConnected: boolean;
  connections: ConnectionReport[];
};

/**
 * Calls the servers of one service: resolves their addresses, balances calls, and sends calls again that a server has
 * not processed (gRFC A6, transparent retries). It retries nothing else.
 */
export class GrpcPool {
  readonly stats: TransportStats = noTransportStats();
  private readonly endpoints: Endpoints<GrpcChannel>;
  private readonly resolution: Resolution;
  private readonly settings: ConnectionSettings;
  private isClosed = false;
  private readonly stopWatching: (() => void) | undefined;

  constructor(
    targets: readonly Target[],
    private readonly options: GrpcPoolOptions = {},
  ) {
    this.settings = { ...connectionSettings, ...options.settings };
    this.endpoints = new Endpoints<GrpcChannel>([], {
      connect: (address) => this.channel(address),
      judge: (error, durationMs) => this.judge(error, durationMs),
      isReady: (channel) => channel.isReady(),
      onEject: (channel) => channel.renew(),
      onRemove: retire,
    });
    this.resolution = new Resolution(targets, (addresses) => this.endpoints.update(addresses));
    this.stopWatching = options.tls && watchMaterial(options.tls, this.settings.tlsCheckMs, () => this.renew());
    // The caller receives the error.
    this.resolution.ready().catch(() => {});
  }

  /** Calls an RPC with one message each way. @throws {GrpcFailure} */
  unary<Question, Answer>(
    { path, requestSerialize, responseDeserialize }: MethodDefinition<Question, Answer>,
    question: Question,
    options: CallOptions,
  ): Promise<Answer> {
    let message: Buffer;
    try {
      message = written(requestSerialize, question);
    } catch (error) {
      return Promise.reject(error as GrpcFailure);
    }
    return this.send(options, async (channel) =>
      read(responseDeserialize, await channel.unary(path, message, options)),
    );
  }

  /**
   * Calls a server-streaming RPC. Resolves once it has been sent; from then on `until` has no effect.
   * @throws {GrpcFailure}
   */
  async serverStream<Question, Answer>(
    { path, requestSerialize, responseDeserialize }: MethodDefinition<Question, Answer>,
    question: Question,
    options: CallOptions,
  ): Promise<MessageStream<Answer>> {
    const message = written(requestSerialize, question);
    const open = (its: CallOptions) => this.send(its, (channel) => channel.serverStream(path, message, its));
    const stream = reopening(
      await open(options),
      (failure) => wasNotProcessed(failure, options),
      () => {
        this.stats.transparentRetries += 1;
        return open({ ...options, until: NEVER });
      },
    );
    return decoded(stream, (bytes) => read(responseDeserialize, bytes));
  }

  /**
   * Checks the readiness of each address by the standard health service; an address without that service counts as
   * ready (gRFC A17).
   * @throws {GrpcFailure} if no address is known
   */
  async health(options: CallOptions): Promise<Promise<boolean>[]> {
    if (!this.endpoints.all.length) await this.resolved(options);
    return this.endpoints.all.map(({ connection }) => isServing(connection, options));
  }

  /** The state of the addresses, with the connections of each. */
  report(): GrpcAddressReport[] {
    return this.endpoints.report().map((one, i) => {
      const connections = this.endpoints.all[i]!.connection.report();
      return { ...one, isConnected: connections.some(({ state }) => state === 'READY'), connections };
    });
  }

  /** Allows another number of connections per address, beside those with streams. */
  resize(maxConnections: number): void {
    this.settings.maxConnections = maxConnections;
    for (const { connection } of this.endpoints.all) connection.resize(maxConnections);
  }

  /** Closes all connections and ends their calls. */
  close(): void {
    this.isClosed = true;
    this.stopWatching?.();
    this.resolution.close();
    for (const { connection } of this.endpoints.all) connection.close();
  }

  private renew(): void {
    for (const { connection } of this.endpoints.all) connection.renew();
  }

  private async send<T>(options: CallOptions, call: (channel: GrpcChannel) => Promise<T>): Promise<T> {
    let tried: Set<GrpcChannel> | undefined;
    let last!: GrpcChannel;
    const callChannel = (channel: GrpcChannel) => call((last = channel));
    for (let retries = 0; ;) {
      if (this.isClosed) throw closed();
      while (!this.endpoints.all.length) await this.resolved(options);
      try {
        return await this.endpoints.use(callChannel, tried);
      } catch (error) {
        if (!(error instanceof GrpcFailure) || options.until.endedBy) throw error;
        if (error.progress === 'unsent') {
          this.resolution.refresh();
          tried = (tried ?? new Set()).add(last);
          // The address that refuses may be the only one resolved so far.
          if (tried.size >= this.endpoints.all.length) await this.resolution.firstLookUps();
          if (tried.size >= this.endpoints.all.length) throw error;
        } else {
          if (retries >= MAX_TRANSPARENT_RETRIES || !wasNotProcessed(error, options)) throw error;
          retries += 1;
          this.stats.transparentRetries += 1;
        }
      }
    }
  }

  /** @throws {GrpcFailure} if no target has an address, or the caller has cancelled */
  private async resolved({ until }: CallOptions): Promise<void> {
    const ended = Promise.withResolvers<never>();
    const stopListening = until.onEnd(() =>
      ended.reject(
        new GrpcFailure(Status.CANCELLED, 'cancelled during the look-up of its address', { progress: 'unsent' }),
      ),
    );
    try {
      await Promise.race([this.resolution.ready(), ended.promise]);
    } catch (cause) {
      if (cause instanceof GrpcFailure) throw cause;
      throw new GrpcFailure(Status.UNAVAILABLE, `No connection established: ${String(cause)}`, {
        progress: 'unsent',
        cause,
      });
    } finally {
      stopListening();
    }
  }

  private channel(address: Address): GrpcChannel {
    const { tls, implementation } = this.options;
    const isSecure = address.isSecure ?? tls !== undefined;
    const server = { address, tls: isSecure ? (tls ?? (() => ({}))) : undefined };
    return implementation === 'grpc-js'
      ? new GrpcJsChannel(server, this.settings)
      : new Http2Channel(server, this.settings, this.stats, this.options.onRecovered);
  }

  private judge(error: unknown, durationMs: number): Verdict {
    if (!(error instanceof GrpcFailure)) return 'none';
    const { code, progress, httpStatus } = error;
    if (progress === 'unprocessed' || progress === 'refused') return 'none';
    if (httpStatus === TOO_MANY_REQUESTS) return 'healthy';
    if (UNHEALTHY.has(code)) return 'unhealthy';
    if (!CANCELLED_BY_CALLER.has(code)) return 'healthy';
    return durationMs >= (this.options.slowMs?.() ?? Infinity) ? 'unhealthy' : 'none';
  }
}

const closed = () =>
  new GrpcFailure(Status.UNAVAILABLE, 'the client is closed', { progress: 'unsent', isTransient: false });

const NEVER = { onEnd: () => () => {} };

const wasNotProcessed = ({ progress }: GrpcFailure, { isIdempotent }: CallOptions): boolean =>
  progress === 'unprocessed' || (progress === 'refused' && isIdempotent);

/** Drains a removed address: its calls in flight end on their connections. */
function retire(channel: GrpcChannel): void {
  channel.renew();
  setTimeout(() => channel.close(), RETIRE_MS).unref();
}
