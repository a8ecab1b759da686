import type { TransportStats } from './channel.ts';
import type { ConnectionSettings } from './settings.ts';

/**
 * C core and Go tolerate two pings that are too early, until they next send headers or data. One is kept in reserve.
 */
const MAX_PROBES = 2;
/** A PING is acknowledged within a round trip; a connection that takes longer receives no new calls. */
const SUSPECT_AFTER_MS = 100;

/** Sends a PING. @returns whether it could be sent */
type Ping = (onAnswer: () => void) => boolean;

/**
 * Detects a connection that was lost without notice to either side (gRFC A8). A call without a response triggers a
 * ping; so does a long silence while streams are open. An idle connection is not pinged: servers may treat that as
 * abuse.
 */
export class Keepalive {
  /** Whether a PING has been unacknowledged for longer than a round trip. */
  isSuspect = false;
  /** The time of the last headers or data, or of the first call on an idle connection. */
  private quietSince = performance.now();
  private pingedAt = -Infinity;
  /** The time of the first call since which nothing has arrived and no PING was sent. */
  private waitingSince: number | undefined;
  private probes = 0;
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
  /** Whether a PING is unacknowledged. */
  private isPending = false;
  private answerTimers: NodeJS.Timeout[] = [];

  constructor(
    private readonly settings: Pick<ConnectionSettings, 'probeAfterMs' | 'pingTimeoutMs' | 'keepaliveMs'>,
    private readonly stats: TransportStats,
    private readonly ping: Ping,
    private readonly hasCalls: () => boolean,
    private readonly onLost: () => void,
  ) {}

  /** Called when a call is sent. @param isFirst whether no other call is in flight */
  sent(isFirst: boolean): void {
    // Calls that were cancelled before a response are irrelevant for this one.
    if (this.waitingSince !== undefined && !isFirst) return;
    const now = performance.now();
    if (isFirst) this.quietSince = now;
    this.waitingSince = now;
    this.checkAt(this.nextAt());
  }

  /** Called when headers or data have arrived. */
  received(): void {
    this.quietSince = performance.now();
    this.waitingSince = undefined;
    this.probes = 0;
    this.isSuspect = false;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.answered();
  }

  /** The time of the next ping, unless something arrives. */
  private nextAt(): number {
    const { probeAfterMs, keepaliveMs } = this.settings;
    const keepaliveAt = Math.max(this.pingedAt, this.quietSince) + keepaliveMs;
    if (this.waitingSince === undefined) return keepaliveAt;
    const allowedAt = this.probes < MAX_PROBES ? -Infinity : this.pingedAt + keepaliveMs;
    return Math.min(keepaliveAt, Math.max(this.waitingSince + probeAfterMs, allowedAt));
  }

  private check(): void {
    this.timer = undefined;
    this.dueAt = Infinity;
    // A response, or the next call, continues from here.
    if (this.isPending || !this.hasCalls()) return;
    if (performance.now() >= this.nextAt()) this.probe();
    else this.checkAt(this.nextAt());
  }

  private checkAt(at: number): void {
    if (this.dueAt <= at) return;
    clearTimeout(this.timer);
    this.dueAt = at;
    // Timers may fire a fraction of a millisecond early.
    this.timer = setTimeout(() => this.check(), Math.max(1, Math.ceil(at - performance.now()))).unref();
  }

  private probe(): void {
    this.pingedAt = performance.now();
    this.waitingSince = undefined;
    this.probes += 1;
    this.isPending = this.ping(() => {
      this.answered();
      // The acknowledgement also covers calls sent since.
      if (this.waitingSince !== undefined) this.waitingSince = performance.now();
      this.check();
    });
    if (!this.isPending) return this.checkAt(this.nextAt());
    this.stats.pings += 1;
    this.expect(SUSPECT_AFTER_MS, () => (this.isSuspect = true));
    this.expect(this.settings.pingTimeoutMs, () => this.lost());
  }

  /** Calls `onMissing` if no acknowledgement has been read by then. */
  private expect(afterMs: number, onMissing: () => void): void {
    // After a stall of this process the acknowledgement may be unread in the socket, which is read first.
    const check = () => setImmediate(() => this.isPending && onMissing());
    this.answerTimers.push(setTimeout(check, afterMs).unref());
  }

  private lost(): void {
    const sinceHeardMs = performance.now() - this.quietSince;
    const { pingTimeoutMs } = this.settings;
    // An acknowledgement may be late behind data, which also prove that the connection is alive.
    if (sinceHeardMs < pingTimeoutMs && this.probes === 0)
      return this.expect(pingTimeoutMs - sinceHeardMs, () => this.lost());
    this.stats.pingTimeouts += 1;
    this.onLost();
  }

  private answered(): void {
    for (const timer of this.answerTimers.splice(0)) clearTimeout(timer);
    this.isPending = false;
    this.isSuspect = false;
  }
}
