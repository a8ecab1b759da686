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
  private quietSince = performance.now();
  private pingedAt = -Infinity;
  /** When the first call went out on which nothing has come since, nor a PING been sent; 0 for none. */
  private waitingSince = 0;
  private probes = 0;
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
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
    const now = performance.now();
    if (isFirst) this.quietSince = now;
    if (this.waitingSince) return;
    this.waitingSince = now;
    this.checkAt(now + this.settings.probeAfterMs);
  }

  /** Headers or data came. */
  heard(): void {
    this.quietSince = performance.now();
    this.waitingSince = 0;
    this.probes = 0;
    this.isSuspect = false;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.clearAnswerTimers();
  }

  private check(): void {
    this.timer = undefined;
    this.dueAt = Infinity;
    if (!this.hasCalls()) return;
    const { probeAfterMs, keepaliveMs } = this.settings;
    const now = performance.now();
    const sincePingMs = now - this.pingedAt;
    const mayProbe = this.probes < MAX_PROBES || sincePingMs >= keepaliveMs;
    if (this.waitingSince && mayProbe && now - this.waitingSince >= probeAfterMs) this.probe(now);
    else if (Math.min(sincePingMs, now - this.quietSince) >= keepaliveMs) this.probe(now);
    const probeAt = this.waitingSince && mayProbe ? this.waitingSince + probeAfterMs : Infinity;
    this.checkAt(Math.min(probeAt, Math.max(this.pingedAt, this.quietSince) + keepaliveMs));
  }

  private checkAt(at: number): void {
    if (this.dueAt <= at) return;
    clearTimeout(this.timer);
    this.dueAt = at;
    // Timers may be early by a fraction of a millisecond.
    this.timer = setTimeout(() => this.check(), Math.max(1, Math.ceil(at - performance.now()))).unref();
  }

  private probe(now: number): void {
    if (this.answerTimers.length) return;
    this.pingedAt = now;
    this.waitingSince = 0;
    this.probes += 1;
    const isSent = this.ping(() => {
      this.clearAnswerTimers();
      this.isSuspect = false;
    });
    if (!isSent) return;
    this.stats.pings += 1;
    const suspect = setTimeout(() => (this.isSuspect = true), SUSPECT_AFTER_MS);
    const lost = setTimeout(() => {
      this.stats.pingTimeouts += 1;
      this.onLost();
    }, this.settings.pingTimeoutMs);
    this.answerTimers = [suspect.unref(), lost.unref()];
  }

  private clearAnswerTimers(): void {
    for (const timer of this.answerTimers) clearTimeout(timer);
    this.answerTimers = [];
  }
}
