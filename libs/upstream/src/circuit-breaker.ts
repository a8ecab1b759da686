import type { UpstreamSettings } from './settings.ts';

/** Where a breaker is. */
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN' | 'RAMPING';

/** What came of a call: `ignored` says nothing about the upstream, for example one that the client gave up. */
export type Outcome = 'success' | 'failure' | 'ignored';

const GOOD = 0;
const FAILED = 1;
const SLOW = 2;

/**
 * Leaves a method of an upstream alone while it fails or is slow, and comes back gently (Nygard, "Release It!";
 * the count-based sliding window of resilience4j; ramping after Envoy's slow start). Open, it lets nothing through;
 * half-open, a few probes at a time; ramping, a growing share.
 */
export class CircuitBreaker {
  state: BreakerState = 'CLOSED';
  /** How often it has opened. */
  timesOpened = 0;
  private changedAt = 0;
  private hurriedAt = -Infinity;
  private epoch = 1;
  private readonly window: number[] = [];
  private next = 0;
  private probesBegun = 0;
  private probesOut = 0;
  private probesDone = 0;

  constructor(
    private readonly settings: UpstreamSettings['breaker'],
    private readonly random: () => number = Math.random,
  ) {}

  /** The share of failed and of slow calls in the window. */
  get ratios(): { failed: number; slow: number; calls: number } {
    const calls = this.window.length;
    const shareOf = (kind: number) => (calls ? this.window.filter((one) => one === kind).length / calls : 0);
    return { failed: shareOf(FAILED), slow: shareOf(SLOW), calls };
  }

  /**
   * Asks to let a call through. Every yes is followed by one `done`.
   * @returns a number to give to `done`; undefined for no
   */
  enter(): number | undefined {
    return this.state === 'CLOSED' || this.mayEnter() ? this.epoch : undefined;
  }

  /** Lets the next calls probe, where it is open: the upstream has shown a sign of life. Not for each of many in a row. */
  probeNow(): void {
    const now = performance.now();
    if (this.state !== 'OPEN' || now - this.hurriedAt < 2 * this.settings.openMs) return;
    this.hurriedAt = now;
    this.become('HALF_OPEN');
  }

  private mayEnter(): boolean {
    const elapsedMs = performance.now() - this.changedAt;
    if (this.state === 'OPEN') {
      if (elapsedMs < this.settings.openMs) return false;
      this.become('HALF_OPEN');
    }
    if (this.state === 'HALF_OPEN') return this.mayProbe();
    if (elapsedMs >= this.settings.rampMs) this.become('CLOSED');
    return this.state === 'CLOSED' || this.random() < Math.max(0.1, elapsedMs / this.settings.rampMs);
  }

  private mayProbe(): boolean {
    const { probes, openMs } = this.settings;
    const periods = 1 + Math.floor((performance.now() - this.changedAt) / openMs);
    // One that said nothing is not made up for at once, or the impatient would flood an upstream that hangs.
    if (this.probesOut + this.probesDone >= probes || this.probesBegun >= probes * periods) return false;
    this.probesBegun += 1;
    this.probesOut += 1;
    return true;
  }

  /**
   * A call that was let through has ended.
   * @param epoch what `enter` gave it: a call from before a change of state says nothing about after it
   * @param weight for how many requests it was made: a shared call counts for all who waited for it
   */
  done(outcome: Outcome, durationMs: number, epoch: number, weight = 1): void {
    if (epoch !== this.epoch) return;
    if (this.state === 'HALF_OPEN') this.probesOut -= 1;
    if (outcome === 'ignored') return;
    const kind = outcome === 'failure' ? FAILED : durationMs >= this.settings.slowMs ? SLOW : GOOD;
    if (this.state === 'HALF_OPEN') return this.probed(kind);
    for (let i = Math.min(weight, this.settings.window); i > 0; i -= 1) this.note(kind);
    if (this.isBad()) this.become('OPEN');
  }

  private probed(kind: number): void {
    if (kind !== GOOD) return this.become('OPEN');
    this.probesDone += 1;
    if (this.probesDone >= this.settings.probes) this.become('RAMPING');
  }

  private isBad(): boolean {
    const { minimumCalls, failureRatio, slowRatio } = this.settings;
    if (this.window.length < minimumCalls) return false;
    const { failed, slow } = this.ratios;
    return failed >= failureRatio || failed + slow >= slowRatio;
  }

  private note(kind: number): void {
    this.window[this.next] = kind;
    this.next = (this.next + 1) % this.settings.window;
  }

  private become(state: BreakerState): void {
    this.state = state;
    this.epoch += 1;
    this.changedAt = performance.now();
    this.probesBegun = 0;
    this.probesOut = 0;
    this.probesDone = 0;
    if (state === 'OPEN') this.timesOpened += 1;
    if (state !== 'CLOSED') {
      this.window.length = 0;
      this.next = 0;
    }
  }
}
