import { status as Status } from '@grpc/grpc-js';
import { AcceptedCalls } from './accepted-calls.ts';
import type {
  CallOptions,
  Cancellation,
  ConnectionReport,
  GrpcChannel,
  MessageStream,
  TransportStats,
} from './channel.ts';
import { Diagnosis } from './diagnose.ts';
import { GrpcFailure } from './failure.ts';
import { Http2Connection, NotAnswering } from './http2-connection.ts';
import { openSession, pseudoHeaders, type Server } from './http2-session.ts';
import { openStream } from './http2-stream.ts';
import { exchange } from './http2-unary.ts';
import { Reconnection } from './reconnection.ts';
import type { ConnectionSettings } from './settings.ts';
import { type CallKind, WaitingCalls } from './waiting-calls.ts';

/** The maximum number of connections that are opened concurrently while calls wait. */
const MAX_CONNECTING = 8;
/** Concurrent streams assumed until the server's SETTINGS arrive (RFC 9113, 6.5.2 suggests no less). */
const USUAL_CAPACITY = 100;
/**
 * The longest ping interval, after a server has rejected pings: each rejection doubles the interval, up to one hour.
 */
const MAX_KEEPALIVE_MS = 3_600_000;

/**
 * The HTTP/2 connections to one address: one, and more while the existing ones have the maximum number of streams that
 * the server allows. Calls wait here for a connection, not in Node, so that none is lost with a connection that closes.
 * grpc-js needs twice the CPU per call (docs/decisions/0025).
 */
export class Http2Channel implements GrpcChannel {
  /** Connections that accept calls, or will. */
  private readonly connections: Http2Connection[] = [];
  /** Connections that accept no more calls, while theirs end. */
  private readonly retired = new Set<Http2Connection>();
  private readonly waiting = new WaitingCalls();
  private readonly settings: ConnectionSettings;
  private isClosed = false;
  private readonly accepted = new AcceptedCalls();
  private readonly reconnection = new Reconnection(() => this.grow());
  private capacity = USUAL_CAPACITY;
  private readonly diagnosis: Diagnosis;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    settings: ConnectionSettings,
    private readonly stats: TransportStats,
    /** Called when a connection is established after failed attempts. */
    private readonly onRecovered: () => void = () => {},
  ) {
    this.settings = { ...settings };
    this.diagnosis = new Diagnosis(server);
  }

  unary(path: string, message: Uint8Array, options: CallOptions): Promise<Buffer> {
    return this.onConnection('call', options.until, (connection) => exchange(connection, path, message, options));
  }

  serverStream(path: string, message: Uint8Array, options: CallOptions): Promise<MessageStream<Buffer>> {
    return this.onConnection('stream', options.until, (connection) =>
      openStream(connection, path, message, options),
    );
  }

  isReady(): boolean {
    if (this.withRoom('call')) return true;
    if (!this.reconnection.hasFailed) this.grow();
    return false;
  }

  renew(): void {
    for (const connection of Array.from(this.connections)) connection.retire();
  }

  resize(maxConnections: number): void {
    this.settings.maxConnections = maxConnections;
    if (this.demand) this.grow();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.reconnection.stop();
    for (const connection of [...this.connections, ...this.retired]) connection.destroy();
    const failure = { progress: 'unsent', isTransient: false } as const;
    this.waiting.failing()(new GrpcFailure(Status.UNAVAILABLE, 'the channel is closed', failure));
  }

  report(): ConnectionReport[] {
    return [...this.connections, ...this.retired].map((connection) => connection.report());
  }

  /** A connection with capacity: for a stream, one that has streams, unless there may be another such one. */
  private withRoom(kind: CallKind): Http2Connection | undefined {
    const isAny = kind === 'call' || this.mayHaveStreams;
    return this.connections.find(({ hasRoom, streams }) => hasRoom && (isAny || streams > 0));
  }

  /** Whether one more connection may have streams, which could use its whole capacity for days. */
  private get mayHaveStreams(): boolean {
    return this.connections.filter(({ streams }) => streams).length < this.settings.maxStreamConnections;
  }

  /** The number of waiting calls that another connection would serve. */
  private get demand(): number {
    const streams = this.waiting.count('stream');
    return this.waiting.count('call') + (streams && this.mayHaveStreams ? streams : 0);
  }

  /** Starts a call on a connection with capacity, once there is one. @throws {GrpcFailure} */
  private onConnection<T>(
    kind: CallKind,
    until: Cancellation,
    call: (connection: Http2Connection) => Promise<T>,
  ): Promise<T> {
    const connection = this.waiting.count(kind) ? undefined : this.withRoom(kind);
    if (connection) return call(connection);
    const answer = this.waiting.add(kind, until, call);
    this.reconnection.demand();
    if (this.isClosed) this.close();
    else if (!until.endedBy) this.grow();
    return answer;
  }

  /** Starts waiting calls. */
  private drain(): void {
    for (const kind of ['call', 'stream'] as const) this.waiting.begin(kind, () => this.withRoom(kind));
    if (this.demand) this.grow();
    else this.closeIdle();
  }

  /** Opens as many connections as the waiting calls need, or one if none waits. */
  private grow(): void {
    // A server that allows no streams for now is overloaded: others would not help it.
    if (this.capacity === 0 && this.connections.length) return;
    const { maxConnections, maxStreamConnections } = this.settings;
    const connecting = this.connections.filter(({ state }) => state === 'CONNECTING').length;
    const each = Math.max(1, Math.min(this.capacity, this.accepted.max));
    const needed = Math.min(MAX_CONNECTING, Math.max(1, Math.ceil(this.demand / each))) - connecting;
    const max = maxConnections + maxStreamConnections - this.connections.length;
    for (let i = 0; i < Math.min(needed, max) && !this.isClosed; i += 1) this.connect();
  }

  private connect(): void {
    const { server, settings, accepted, stats } = this;
    try {
      const connection: Http2Connection = new Http2Connection(
        openSession(server),
        pseudoHeaders(server),
        settings,
        accepted.max,
        stats,
        {
          onRoom: () => this.onRoom(connection),
          onRetired: (wasReady, reason) => this.onRetired(connection, wasReady, reason),
          onClosed: () => void this.retired.delete(connection),
          onCutOff: (calls) => accepted.cutOff(calls),
          onTooManyPings: () => this.pingLess(),
        },
      );
      this.connections.push(connection);
    } catch (error) {
      void this.onFailed(error as Error);
    }
  }

  private onRoom({ capacity }: Http2Connection): void {
    if (capacity !== undefined) this.capacity = capacity;
    if (this.reconnection.succeeded()) this.onRecovered();
    this.drain();
  }

  private onRetired(connection: Http2Connection, wasReady: boolean, reason: Error | undefined): void {
    this.connections.splice(this.connections.indexOf(connection), 1);
    this.retired.add(connection);
    if (this.isClosed) return;
    if (!wasReady && reason) void this.onFailed(reason);
    else if (this.demand) this.grow();
  }

  /**
   * A connection attempt failed. Calls keep waiting only if other connections accept calls and may have capacity again.
   */
  private async onFailed(reason: Error): Promise<void> {
    if (this.connections.some(({ state }) => state === 'CONNECTING')) return;
    this.reconnection.failed();
    if (this.connections.length) return;
    const failWaiting = this.waiting.failing();
    const hint = await this.diagnosis.hintFor(reason);
    const details = `No connection established: ${reason.message || reason.name}${hint ? ` (${hint})` : ''}`;
    // An address that does not respond will not do so shortly; one that refuses may be starting.
    const isTransient = !(reason instanceof NotAnswering);
    const failure = new GrpcFailure(Status.UNAVAILABLE, details, {
      progress: 'unsent',
      isTransient,
      cause: reason,
    });
    failWaiting(failure);
  }

  private pingLess(): void {
    const { keepaliveMs, probeAfterMs } = this.settings;
    this.settings.keepaliveMs = Math.min(MAX_KEEPALIVE_MS, keepaliveMs * 2);
    this.settings.probeAfterMs = Math.min(MAX_KEEPALIVE_MS, probeAfterMs * 2);
  }

  /** Closes connections that are no longer needed. */
  private closeIdle(): void {
    if (this.connections.length < 2 || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const idle = this.connections.filter(({ calls, state }) => calls === 0 && state === 'READY');
      for (const connection of idle.slice(this.connections.length === idle.length ? 1 : 0)) connection.retire();
      this.closeIdle();
    }, this.settings.idleMs).unref();
  }
}
