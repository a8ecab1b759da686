import type { Context } from './context.ts';
import type { UpstreamSettings } from './settings.ts';

/** The state of a breaker. */
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN' | 'RAMPING';

/**
 * The outcome of a call for its breaker. `ignored` says nothing about the upstream, for example if the client gave
 * up.
 */
export type Outcome = 'success' | 'failure' | 'ignored';

const GOOD = 0;
const FAILED = 1;
const SLOW = 2;

/**
 * A circuit breaker for one method of an upstream, by failures and slow calls (Nygard, "Release It!"; the count-based
 * sliding window of resilience4j). Open: it refuses all calls. Half-open: it lets one probe through every `openMs`,
 * and a few more once one succeeds; others may wait for them (`progress`). Ramping: it lets as many calls run as have succeeded since, doubling each round
 * (slow start of RFC 5681), so that a fast upstream soon gets all its calls and a slow one no more than it bears.
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
  /** Calls begun, in flight and succeeded since the last change of state. */
  private begun = 0;
  private out = 0;
  private good = 0;
  private lastBegunAt = 0;
  /** Calls that wait for one in flight to end. */
  private readonly waiting = new Set<() => void>();

  /**
   * @param settings may change in place: `applySettings` is called then
   * @param onGoodProbe called for each probe that succeeded
   */
  constructor(
    private readonly settings: UpstreamSettings['breaker'],
    private readonly onGoodProbe = () => {},
  ) {}

  /** Fits the window to settings that have changed: the newest calls stay. A breaker that is switched off closes. */
  applySettings(): void {
    const oldestFirst = [...this.window.slice(this.next), ...this.window.slice(0, this.next)];
    this.window.splice(0, Infinity, ...oldestFirst.slice(-this.settings.window));
    this.next = this.window.length % this.settings.window;
    if (this.settings.mode === 'off' && this.state !== 'CLOSED') this.become('CLOSED');
  }

  /** The share of failed and of slow calls in the window. */
  get ratios(): { failed: number; slow: number; calls: number } {
    const calls = this.window.length;
    const shareOf = (kind: number) => (calls ? this.window.filter((one) => one === kind).length / calls : 0);
    return { failed: shareOf(FAILED), slow: shareOf(SLOW), calls };
  }

  /**
   * Requests permission for a call. The caller reports each permitted call once by `done`.
   * @returns an epoch to pass to `done`; undefined if the call is refused
   */
  enter(): number | undefined {
    return this.state === 'CLOSED' || this.mayEnter() ? this.epoch : undefined;
  }

  /**
   * Whether a refused call may wait for `progress`: a call that was let through is in flight, and fewer than `max` calls wait.
   * @param usualMs how long a call usually takes: one that takes longer is not waited for
   */
  mayWait(usualMs: number, max: number): boolean {
    return this.out > 0 && this.waiting.size < max && this.lastBegunAt + usualMs > performance.now();
  }

  /**
   * Waits until a call that was let through has ended, or takes longer than usual; `enter` may permit another then.
   * @throws {GatewayError} the context's reason
   */
  progress(context: Context, usualMs: number): Promise<void> {
    if (context.endedBy) return Promise.reject(context.reason);
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        stopListening();
        this.waiting.delete(wake);
      };
      const wake = () => (leave(), resolve());
      const timer = setTimeout(wake, this.lastBegunAt + usualMs - performance.now());
      const stopListening = context.onEnd(() => (leave(), reject(context.reason)));
      this.waiting.add(wake);
    });
  }

  /** Lets the next calls probe if it is open, because the upstream has been reached again; rate-limited. */
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
    if (this.state === 'RAMPING' && elapsedMs >= this.settings.rampMs) this.become('CLOSED');
    if (this.state === 'CLOSED') return true;
    if (this.state === 'HALF_OPEN' ? !this.mayProbe() : this.out >= this.settings.probes + this.good) return false;
    this.begun += 1;
    this.out += 1;
    this.lastBegunAt = performance.now();
    return true;
  }

  private mayProbe(): boolean {
    if (this.good) return this.out + this.good < this.settings.probes;
    const periods = 1 + Math.floor((performance.now() - this.changedAt) / this.settings.openMs);
    // An ignored probe is not replaced at once, or clients with short deadlines would flood a hanging
    // upstream.
    return !this.out && this.begun < periods;
  }

  /**
   * Reports the outcome of a permitted call.
   * @param epoch from `enter`: a call from before a change of state is ignored
   * @param weight the number of requests that shared the call
   */
  done(outcome: Outcome, durationMs: number, epoch: number, weight = 1): void {
    if (epoch !== this.epoch) return;
    if (this.state !== 'CLOSED') this.out -= 1;
    this.judge(outcome, durationMs, weight);
    for (const wake of this.waiting) wake();
  }

  private judge(outcome: Outcome, durationMs: number, weight: number): void {
    if (outcome === 'ignored') return;
    const kind = outcome === 'failure' ? FAILED : durationMs >= this.settings.slowMs ? SLOW : GOOD;
    if (kind === GOOD) this.good += 1;
    if (this.state === 'HALF_OPEN') return this.probed(kind);
    for (let i = Math.min(weight, this.settings.window); i > 0; i -= 1) this.note(kind);
    if (this.isBad()) this.become('OPEN');
  }

  private probed(kind: number): void {
    if (kind !== GOOD) return this.become('OPEN');
    if (this.good >= this.settings.probes) this.become('RAMPING');
    this.onGoodProbe();
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
    this.begun = 0;
    this.out = 0;
    this.good = 0;
    if (state === 'OPEN') this.timesOpened += 1;
    if (state !== 'CLOSED') {
      this.window.length = 0;
      this.next = 0;
    }
  }
}
