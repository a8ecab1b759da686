import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import { status as Status } from '@grpc/grpc-js';
import { CancelBudget } from './cancel-budget.ts';
import type { CallOptions, ConnectionReport, TransportStats } from './channel.ts';
import { GrpcFailure } from './failure.ts';
import { Keepalive } from './keepalive.ts';
import { requestHeaders } from './request-headers.ts';
import type { ConnectionSettings } from './settings.ts';
import { resetWith } from './status.ts';

/** Calls on a connection that is replaced have ended by then; streams are opened anew. */
const LINGER_MS = 30_000;
/** What a first GOAWAY of a graceful end names as its last id (RFC 9113, 6.8), and how long the second is waited for. */
const MAX_ID = 2 ** 31 - 1;
const DECISION_MS = 1_000;
/** A call that may not be cancelled yet is cancelled then. */
const CANCEL_LATER_MS = 1_000;

/** What becomes of a connection. */
export interface ConnectionListener {
  /** It takes calls, or takes more. */
  onRoom(): void;
  /** It takes no more calls: it was told to go away, or has ended. @param wasReady whether it ever took calls */
  onRetired(wasReady: boolean, reason: Error | undefined): void;
  /** The server took so many calls of it, and disclaimed those above. */
  onCutOff(accepted: number): void;
  /** It has ended, and so have its calls. */
  onClosed(): void;
  onTooManyPings(): void;
}

/** One HTTP/2 connection. It takes calls from the server's SETTINGS on, as many at a time as these allow. */
export class Http2Connection {
  state: ConnectionReport['state'] | 'CLOSED' = 'CONNECTING';
  calls = 0;
  private readonly madeAt = performance.now();
  private readonly keepalive: Keepalive;
  private readonly cancels = new CancelBudget();
  private maxCalls = 0;
  /** How many calls it has had, and may have before it is replaced. */
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
    const lost = () => this.session.destroy(new Error(`a PING was not answered in ${settings.pingTimeoutMs} ms`));
    const ping = (onAnswer: () => void) =>
      !session.destroyed &&
      session.ping((error) => {
        if (error) return;
        onAnswer();
        listener.onRoom();
      });
    this.keepalive = new Keepalive(settings, stats, ping, () => this.calls > 0, lost);
    const noSettings = new NotAnswering(`no HTTP/2 SETTINGS came in ${settings.connectTimeoutMs} ms`);
    this.timer = setTimeout(() => session.destroy(noSettings), settings.connectTimeoutMs).unref();
    session.on('remoteSettings', ({ maxConcurrentStreams = Infinity }) => this.ready(maxConcurrentStreams));
    session.on('goaway', (code, lastId, data) => this.goAway(code, lastId, data));
    session.on('error', (error) => (this.reason ??= error));
    session.once('close', () => this.closed());
  }

  /** How many calls it takes at a time; undefined until the server has said so. */
  get capacity(): number | undefined {
    return this.state === 'READY' ? this.maxCalls : undefined;
  }

  /** Whether a call would go out at once. */
  get hasRoom(): boolean {
    return (
      this.state === 'READY' && this.calls < this.maxCalls && !this.keepalive.isSuspect && !this.session.closed
    );
  }

  /** Begins a call. Requires room. */
  request(path: string, options: CallOptions): ClientHttp2Stream {
    this.keepalive.sent(this.calls === 0);
    this.calls += 1;
    this.begun += 1;
    const stream = this.session.request(requestHeaders(this.pseudoHeaders, path, options));
    stream.once('close', () => this.ended());
    if (this.begun >= this.maxBegun) this.retired();
    return stream;
  }

  /** Headers or data have come. */
  heard(): void {
    this.keepalive.heard();
  }

  /**
   * Cancels a call. Where there were too many of late it runs to its end, and nobody listens.
   * @param isEndless it would not end by itself: it is cancelled later
   */
  cancel(stream: ClientHttp2Stream, isEndless: boolean): void {
    if (stream.closed) return;
    if (this.cancels.withdraw()) stream.close(constants.NGHTTP2_CANCEL);
    else if (isEndless) setTimeout(() => this.cancel(stream, true), CANCEL_LATER_MS).unref();
  }

  /**
   * Why a stream ended before its response did.
   * @param error of the stream, if it had one
   * @param hasBegun whether its response had
   */
  failureOf(
    stream: ClientHttp2Stream,
    error: (Error & { code?: string }) | undefined,
    hasBegun: boolean,
  ): GrpcFailure {
    const { id, rstCode } = stream;
    if (error?.code === 'ERR_HTTP2_OUT_OF_STREAMS') this.retire();
    // Refused by a server that goes away, and closed before it could say more: it is not REFUSED_STREAM alone.
    const isRefusedLeaving = rstCode === constants.NGHTTP2_REFUSED_STREAM && this.lastId === MAX_ID;
    if (id === undefined || id > this.lastId || isRefusedLeaving) {
      return new GrpcFailure(Status.UNAVAILABLE, 'not processed: the server was going away', {
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

  /** Whether it is yet to come which streams were processed: a first GOAWAY names the highest of all ids, the second one says. */
  isUndecided({ rstCode }: ClientHttp2Stream): boolean {
    return rstCode === constants.NGHTTP2_REFUSED_STREAM && this.lastId === MAX_ID && !this.session.destroyed;
  }

  /** Resolves when that has come, or will not any more. */
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

  /** Takes no more calls, and closes when those under way have ended. */
  retire(): void {
    if (this.state === 'DRAINING' || this.state === 'CLOSED') return;
    this.retired();
    // Node's close() ends requests of the same turn: it is called when there are none.
    if (this.calls === 0) return this.session.destroy();
    this.timer = setTimeout(() => this.session.destroy(), LINGER_MS).unref();
  }

  /** Ends it, and the calls on it. */
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

  private ended(): void {
    this.calls -= 1;
    if (this.state === 'READY') return this.listener.onRoom();
    if (this.calls > 0 || this.session.destroyed) return;
    // The server would have taken more.
    if (this.begun >= this.maxBegun && this.lastId === Infinity) this.listener.onCutOff(Infinity);
    this.session.destroy();
  }

  /** A first GOAWAY may name the highest of all ids, and a second one the last that is processed. */
  private goAway(code: number, lastId: number, data: Buffer | undefined): void {
    this.stats.goaways += 1;
    this.lastId = Math.min(this.lastId, lastId);
    // Clients have the odd ids.
    const accepted = (this.lastId + 1) / 2;
    const hasDisclaimed = accepted < this.begun || this.begun >= this.maxBegun;
    if (code === constants.NGHTTP2_NO_ERROR && hasDisclaimed) this.listener.onCutOff(accepted);
    this.reason ??= new Error(`GOAWAY ${code} ${data?.toString('latin1') ?? ''}`.trim());
    const isTooManyPings =
      code === constants.NGHTTP2_ENHANCE_YOUR_CALM && data?.toString('latin1') === 'too_many_pings';
    if (isTooManyPings) this.listener.onTooManyPings();
    this.retired();
  }

  private closed(): void {
    this.keepalive.stop();
    clearTimeout(this.timer);
    if (this.state === 'CONNECTING') this.reason ??= new Error('the server closed the connection at once');
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

/** The server accepted the connection and sent nothing: it hangs, or packets are lost. */
export class NotAnswering extends Error {
  override readonly name = 'NotAnswering';
}
