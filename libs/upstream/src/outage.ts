/** A loss that is over within this time is not reported, in milliseconds. */
const GRACE_MS = 1_000;
/** A stream that has answered is back once it was held for this long, in milliseconds. */
const ANSWERED_HOLD_MS = 1_000;
/** The same for one that has not: servers of some makes hold headers back until the first message. */
const SILENT_HOLD_MS = 30_000;

/**
 * Decides when followers of a stream that is opened again and again are notified of its loss, and of its return. A loss is
 * reported once it has lasted a second. It is over when something new comes, or when a stream was held for a while: what is
 * sent again from the beginning proves little, because the stream may break off at the same place again.
 */
export class Outage {
  private since: number | undefined;
  private isReported = false;
  private hasAnswered = false;
  private graceTimer: NodeJS.Timeout | undefined;
  private holdTimer: NodeJS.Timeout | undefined;

  /** @param report called with true for a loss, then with false once that is over, and so on in turn */
  constructor(private readonly report: (isLost: boolean) => void) {}

  /** The stream could not be opened, or broke off. */
  failed(): void {
    clearTimeout(this.holdTimer);
    this.hasAnswered = false;
    this.since ??= performance.now();
    if (this.isReported) return;
    clearTimeout(this.graceTimer);
    const leftMs = this.since + GRACE_MS - performance.now();
    if (leftMs > 0) this.graceTimer = setTimeout(() => this.lost(), leftMs);
    else this.lost();
  }

  /** It is open; whether the server lives is not known yet. */
  opened(): void {
    if (this.since !== undefined) this.holdFor(SILENT_HOLD_MS);
  }

  /** The server has answered on it: with headers, or with something that was known before. */
  answered(): void {
    if (this.since === undefined || this.hasAnswered) return;
    this.hasAnswered = true;
    clearTimeout(this.graceTimer);
    this.holdFor(ANSWERED_HOLD_MS);
  }

  /** Something new came on it. */
  over(): void {
    this.stop();
    this.since = undefined;
    this.hasAnswered = false;
    if (!this.isReported) return;
    this.isReported = false;
    this.report(false);
  }

  /** Nobody follows any more. */
  stop(): void {
    clearTimeout(this.graceTimer);
    clearTimeout(this.holdTimer);
  }

  private lost(): void {
    this.isReported = true;
    this.report(true);
  }

  private holdFor(ms: number): void {
    clearTimeout(this.holdTimer);
    this.holdTimer = setTimeout(() => this.over(), ms);
  }
}
