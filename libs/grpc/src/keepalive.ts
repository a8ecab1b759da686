import type { TransportStats } from './channel.ts';
import type { ConnectionSettings } from './settings.ts';

/** C core and Go forgive two pings that come too soon, until they next send headers or data. One of them is kept. */
const MAX_PROBES = 2;
/** A PING is answered within a round trip; a connection that takes longer gets no new calls. */
const SUSPECT_AFTER_MS = 100;

/** Sends a PING. @returns whether it could be sent */
type Ping = (onAnswer: () => void) => boolean;

/**
 * Finds out that a connection is lost without either side knowing (gRFC A8). A call that nobody answers is reason to ping;
 * so is a long silence while streams are open. An idle connection is not pinged: servers may take that for an attack.
 */
export class Keepalive {
  /** Whether a PING waits for its answer for longer than a round trip takes. */
  isSuspect = false;
  /** When the last headers or data came, or the first call after none went out. */
  private quietSince = performance.now();
  private pingedAt = -Infinity;
  /** When the first call went out on which nothing has come since, nor a PING been sent. */
  private waitingSince: number | undefined;
  private probes = 0;
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
  /** Whether a PING is not answered yet. */
  private isPending = false;
  private answerTimers: NodeJS.Timeout[] = [];

  constructor(
    private readonly settings: Pick<ConnectionSettings, 'probeAfterMs' | 'pingTimeoutMs' | 'keepaliveMs'>,
    private readonly stats: TransportStats,
    private readonly ping: Ping,
    private readonly hasCalls: () => boolean,
    private readonly onLost: () => void,
  ) {}

  /** A call goes out. @param isFirst of those under way */
  sent(isFirst: boolean): void {
    // Calls that were given up before any answer came say nothing of this one.
    if (this.waitingSince !== undefined && !isFirst) return;
    const now = performance.now();
    if (isFirst) this.quietSince = now;
    this.waitingSince = now;
    this.checkAt(this.nextAt());
  }

  /** Headers or data came. */
  heard(): void {
    this.quietSince = performance.now();
    this.waitingSince = undefined;
    this.probes = 0;
    this.isSuspect = false;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.answered();
  }

  /** When to ping next, unless something comes. */
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
    // An answer, or the next call, goes on from here.
    if (this.isPending || !this.hasCalls()) return;
    if (performance.now() >= this.nextAt()) this.probe();
    else this.checkAt(this.nextAt());
  }

  private checkAt(at: number): void {
    if (this.dueAt <= at) return;
    clearTimeout(this.timer);
    this.dueAt = at;
    // Timers may be early by a fraction of a millisecond.
    this.timer = setTimeout(() => this.check(), Math.max(1, Math.ceil(at - performance.now()))).unref();
  }

  private probe(): void {
    this.pingedAt = performance.now();
    this.waitingSince = undefined;
    this.probes += 1;
    this.isPending = this.ping(() => {
      this.answered();
      // The answer stands for calls that went out since, too.
      if (this.waitingSince !== undefined) this.waitingSince = performance.now();
      this.check();
    });
    if (!this.isPending) return this.checkAt(this.nextAt());
    this.stats.pings += 1;
    this.expect(SUSPECT_AFTER_MS, () => (this.isSuspect = true));
    this.expect(this.settings.pingTimeoutMs, () => this.lost());
  }

  /** Calls `onMissing` if no answer has been read by then. */
  private expect(afterMs: number, onMissing: () => void): void {
    // After a stall of this process the answer may lie unread in the socket: that is read first.
    const check = () => setImmediate(() => this.isPending && onMissing());
    this.answerTimers.push(setTimeout(check, afterMs).unref());
  }

  private lost(): void {
    const sinceHeardMs = performance.now() - this.quietSince;
    const { pingTimeoutMs } = this.settings;
    // An answer may be late behind data, which shows as well that the connection is alive.
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
