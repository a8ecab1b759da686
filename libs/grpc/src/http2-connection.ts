import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import { status as Status } from '@grpc/grpc-js';
import { CancelBudget } from './cancel-budget.ts';
import type { CallOptions, ConnectionReport, TransportStats } from './channel.ts';
import { GrpcFailure } from './failure.ts';
import { Keepalive } from './keepalive.ts';
import { requestHeaders } from './request-headers.ts';
import type { ConnectionSettings } from './settings.ts';
import { resetWith } from './status.ts';
import type { CallKind } from './waiting-calls.ts';

/** The drain time of a replaced connection: its calls have ended by then; streams are reopened. */
const LINGER_MS = 30_000;
/** The last id in the first GOAWAY of a graceful shutdown (RFC 9113, 6.8), and the timeout of the second. */
const MAX_ID = 2 ** 31 - 1;
const DECISION_MS = 1_000;
/** The delay before a call is cancelled for which there was no budget. */
const CANCEL_LATER_MS = 1_000;

/** Receives the state changes of a connection. */
export interface ConnectionListener {
  /** It accepts calls, or more than before. */
  onRoom(): void;
  /** It accepts no more calls: it received GOAWAY, or has ended. @param wasReady whether it has accepted calls */
  onRetired(wasReady: boolean, reason: Error | undefined): void;
  /** The server processed this number of its calls, and none above. */
  onCutOff(accepted: number): void;
  /** It and its calls have ended. */
  onClosed(): void;
  onTooManyPings(): void;
}

/**
 * An HTTP/2 connection. It accepts calls once the server's SETTINGS have arrived, as many concurrently as they allow.
 */
export class Http2Connection {
  state: ConnectionReport['state'] | 'CLOSED' = 'CONNECTING';
  private readonly madeAt = performance.now();
  private readonly keepalive: Keepalive;
  private readonly cancels = new CancelBudget();
  private maxCalls = 0;
  private readonly inFlight = new Set<ClientHttp2Stream>();
  /** The number of server streams in flight: calls that may stay open for long. */
  streams = 0;
  /** Those that had not been sent when a GOAWAY arrived: nghttp2 refuses them itself. */
  private readonly unsent = new WeakSet<ClientHttp2Stream>();
  /** The number of calls so far, and the maximum before it is replaced. */
  private begun = 0;
  /** Streams above it were not processed (RFC 9113, 6.8). */
  private lastId = Infinity;
  private reason: Error | undefined;
  private timer: NodeJS.Timeout;

  constructor(
    private readonly session: ClientHttp2Session,
    /** The pseudo-headers of every call. */
    private readonly pseudoHeaders: readonly string[],
    settings: ConnectionSettings,
    private readonly maxBegun: number,
    private readonly stats: TransportStats,
    private readonly listener: ConnectionListener,
  ) {
    const lost = () =>
      this.session.destroy(new Error(`a PING was not acknowledged in ${settings.pingTimeoutMs} ms`));
    const ping = (onAnswer: () => void) =>
      !session.destroyed &&
      session.ping((error) => {
        if (error) return;
        onAnswer();
        listener.onRoom();
      });
    this.keepalive = new Keepalive(settings, stats, ping, () => this.calls > 0, lost);
    const noSettings = new NotAnswering(`no HTTP/2 SETTINGS arrived in ${settings.connectTimeoutMs} ms`);
    this.timer = setTimeout(() => session.destroy(noSettings), settings.connectTimeoutMs).unref();
    session.on('remoteSettings', ({ maxConcurrentStreams = Infinity }) => this.ready(maxConcurrentStreams));
    session.on('goaway', (code, lastId, data) => this.goAway(code, lastId, data));
    session.on('error', (error) => (this.reason ??= error));
    session.once('close', () => this.closed());
  }

  /** The number of calls in flight. */
  get calls(): number {
    return this.inFlight.size;
  }

  /** The maximum number of concurrent calls; undefined before the server's SETTINGS. */
  get capacity(): number | undefined {
    return this.state === 'READY' ? this.maxCalls : undefined;
  }

  /** Whether a call would be sent immediately. */
  get hasRoom(): boolean {
    const { session, keepalive } = this;
    // Node destroys a session at once for an invalid frame, and closes its socket later.
    const isOpen = this.state === 'READY' && !session.closed && !session.destroyed;
    return isOpen && this.calls < this.maxCalls && !keepalive.isSuspect;
  }

  /** Starts a call. Requires capacity. */
  request(path: string, options: CallOptions, kind: CallKind): ClientHttp2Stream {
    this.keepalive.sent(this.calls === 0);
    this.begun += 1;
    const stream = this.session.request(requestHeaders(this.pseudoHeaders, path, options));
    this.inFlight.add(stream);
    if (kind === 'stream') this.streams += 1;
    stream.once('close', () => this.ended(stream, kind));
    if (this.begun >= this.maxBegun) this.retired();
    return stream;
  }

  /** Headers or data have arrived. */
  received(): void {
    this.keepalive.received();
  }

  /**
   * Cancels a call. Without cancellation budget it continues, ignored, and is cancelled later unless it has ended.
   */
  cancel(stream: ClientHttp2Stream): void {
    if (stream.closed) return;
    if (this.cancels.withdraw()) stream.close(constants.NGHTTP2_CANCEL);
    else setTimeout(() => this.cancel(stream), CANCEL_LATER_MS).unref();
  }

  /**
   * The failure of a stream that ended before its response.
   * @param hasBegun whether its response had begun
   */
  failureOf(stream: ClientHttp2Stream, hasBegun: boolean): GrpcFailure {
    const { id, rstCode } = stream;
    const error = stream.errored as NodeJS.ErrnoException | null;
    if (error?.code === 'ERR_HTTP2_OUT_OF_STREAMS') this.retire();
    if (id === undefined || id > this.lastId || this.unsent.has(stream)) {
      return new GrpcFailure(Status.UNAVAILABLE, 'not processed: the server was shutting down', {
        progress: 'unprocessed',
      });
    }
    const isReset = error ? error.code === 'ERR_HTTP2_STREAM_ERROR' : !this.session.destroyed;
    if (isReset) return resetWith(rstCode, hasBegun);
    const cause = this.reason ?? error;
    return new GrpcFailure(
      Status.UNAVAILABLE,
      `the connection was lost: ${cause ? String(cause) : 'it was closed'}`,
      { cause },
    );
  }

  /**
   * Whether a second GOAWAY is expected: the first one has the highest possible id, the second has the last processed
   * id.
   */
  isUndecided(stream: ClientHttp2Stream): boolean {
    const isRefused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM && !this.unsent.has(stream);
    return isRefused && this.lastId === MAX_ID && !this.session.destroyed;
  }

  /** Resolves when it has arrived, or is no longer expected. */
  decided(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DECISION_MS).unref();
      const decide = () => {
        clearTimeout(timer);
        resolve();
      };
      this.session.once('goaway', decide).once('close', decide);
    });
  }

  /** Refuses new calls, and closes when those in flight have ended. */
  retire(): void {
    if (this.state === 'DRAINING' || this.state === 'CLOSED') return;
    this.retired();
    // Node's close() ends requests made in the same turn, so it is called when there are none.
    if (this.calls === 0) return this.session.destroy();
    this.timer = setTimeout(() => this.session.destroy(), LINGER_MS).unref();
  }

  /** Ends it and its calls. */
  destroy(): void {
    this.session.destroy();
  }

  report(): ConnectionReport {
    const ageSeconds = Math.round((performance.now() - this.madeAt) / 1000);
    return { state: this.state === 'CLOSED' ? 'DRAINING' : this.state, calls: this.calls, ageSeconds };
  }

  private ready(maxCalls: number): void {
    this.maxCalls = maxCalls;
    if (this.state === 'CONNECTING') {
      clearTimeout(this.timer);
      this.state = 'READY';
      this.stats.connectionsOpened += 1;
    }
    this.listener.onRoom();
  }

  private ended(stream: ClientHttp2Stream, kind: CallKind): void {
    if (kind === 'stream') this.streams -= 1;
    this.inFlight.delete(stream);
    if (this.state === 'READY') return this.listener.onRoom();
    if (this.calls > 0 || this.session.destroyed) return;
    // The server would have accepted more.
    if (this.begun >= this.maxBegun && this.lastId === Infinity) this.listener.onCutOff(Infinity);
    this.session.destroy();
  }

  /** A first GOAWAY may have the highest possible id, and a second one the last processed id. */
  private goAway(code: number, lastId: number, data: Buffer | undefined): void {
    this.stats.goaways += 1;
    this.lastId = Math.min(this.lastId, lastId);
    for (const stream of this.inFlight) {
      if (!stream.closed && stream.state.state === constants.NGHTTP2_STREAM_STATE_IDLE) this.unsent.add(stream);
    }
    // Clients have the odd ids.
    const accepted = Math.ceil(this.lastId / 2);
    const hasUnprocessed = accepted < this.begun || this.begun >= this.maxBegun;
    if (code === constants.NGHTTP2_NO_ERROR && hasUnprocessed) this.listener.onCutOff(accepted);
    this.reason ??= new Error(`GOAWAY ${code} ${data?.toString('latin1') ?? ''}`.trim());
    const isTooManyPings =
      code === constants.NGHTTP2_ENHANCE_YOUR_CALM && data?.toString('latin1') === 'too_many_pings';
    if (isTooManyPings) this.listener.onTooManyPings();
    this.retired();
  }

  private closed(): void {
    this.keepalive.stop();
    clearTimeout(this.timer);
    if (this.state === 'CONNECTING') this.reason ??= new Error('the server closed the connection immediately');
    this.retired();
    this.state = 'CLOSED';
    this.listener.onClosed();
  }

  private retired(): void {
    if (this.state === 'DRAINING' || this.state === 'CLOSED') return;
    clearTimeout(this.timer);
    const wasReady = this.state === 'READY';
    this.state = 'DRAINING';
    this.listener.onRetired(wasReady, this.reason);
  }
}

/** The server accepted the connection but sent nothing: it hangs, or packets are lost. */
export class NotAnswering extends Error {
  override readonly name = 'NotAnswering';
}
