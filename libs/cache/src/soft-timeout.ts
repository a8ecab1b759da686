import { GatewayError } from '#libs/errors';
import { DelayQueue } from '#libs/upstream';
import { Silence } from './silence.ts';

/** How many recent latencies are kept. */
const WINDOW = 128;
/** The percentile is recomputed after this many answers: sorting each time would cost more than the rest. */
const EVERY = 8;
/** The soft timeout, as a multiple of the 99th percentile. */
const FACTOR = 1.5;
/** The soft timeout before any latency is known, in milliseconds. */
const UNKNOWN_MS = 50;
/** The lower bound, in milliseconds: shorter times are jitter of this process. */
const MIN_MS = 8;
/** The upper bound, in milliseconds: slower answers hung, and are not recorded. */
const MAX_MS = 1_000;
/** The factor to which a late answer's latency is capped, so that only several late answers raise the timeout much. */
const MAX_LATE = 4;
/** How long after a failure the soft timeout is 0, in milliseconds. */
const FAILING_MS = 30_000;
/** Error codes that mean the upstream does not answer, if it is at fault. */
const FAULTS = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'OVERLOADED']);
/** Error codes that mean the same, if this gateway sent no call: the breaker is open, or the bulkhead full. */
const REFUSALS = new Set(['CIRCUIT_OPEN', 'OVERLOADED']);

/**
 * How long a request with a stale answer at hand waits for a fresh one: a little longer than usual, from recent
 * latencies. After a failure it is 0: the call that finds out whether the upstream is back runs beside the request.
 */
export class SoftTimeout {
  private readonly later = new DelayQueue();
  private readonly latencies = new Float64Array(WINDOW);
  private seen = 0;
  private usualMs = UNKNOWN_MS;
  private lastLateAt = -Infinity;
  private failedAt = -Infinity;
  private backAt = -Infinity;
  /** Whether the last answers were late because of a silence: the next late ones are its usual latency. */
  private wasSilent = false;

  /** @param silence shared by the questions of a port */
  constructor(private readonly silence = new Silence()) {}

  /** In milliseconds. */
  get ms(): number {
    return performance.now() - this.failedAt < FAILING_MS ? 0 : this.usualMs;
  }

  /**
   * A call begins. Calls `onOverdue` once: when the time is over or the upstream falls silent; immediately if it is
   * silent, or the time is 0.
   * @returns ends the call, and cancels the timer
   */
  start(onOverdue: () => void): () => void {
    const startedAt = performance.now();
    let isOverdue = false;
    const becomeOverdue = () => {
      if (isOverdue) return;
      isOverdue = true;
      onOverdue();
    };
    const end = this.silence.begin(becomeOverdue);
    const { ms } = this;
    if (isOverdue || ms === 0) {
      becomeOverdue();
      return end;
    }
    const cancel = this.later.add(ms, () => {
      this.silence.noteOverdue(startedAt);
      becomeOverdue();
    });
    return () => {
      cancel();
      end();
    };
  }

  /** Records an answered call. @param startedAt by `performance.now()` */
  answered(startedAt: number): void {
    const now = performance.now();
    this.silence.noteAnswered();
    if (this.failedAt > -Infinity) {
      this.failedAt = -Infinity;
      this.backAt = now;
    }
    const tookMs = now - startedAt;
    // Calls sent before the upstream recovered include the outage in their latency.
    if (startedAt < this.backAt || tookMs > MAX_MS) return;
    if (!this.seen) return this.note(tookMs);
    if (tookMs > this.usualMs) {
      // Calls that hung and returned together count as one slow answer.
      if (startedAt < this.lastLateAt) return;
      this.lastLateAt = now;
      // A pause of the whole upstream is not its usual latency, unless its next answers are as late.
      const ofSilence = startedAt < this.silence.endedAt && !this.wasSilent;
      this.wasSilent = ofSilence || this.wasSilent;
      if (ofSilence) return;
    } else this.wasSilent = false;
    this.note(Math.min(tookMs, MAX_LATE * this.usualMs));
  }

  /** Records a failed call. */
  failed(error: unknown): void {
    if (error instanceof GatewayError && isNoAnswer(error)) this.failedAt = performance.now();
    else this.silence.noteAnswered();
  }

  private note(tookMs: number): void {
    this.latencies[this.seen % WINDOW] = tookMs;
    this.seen += 1;
    if (this.seen > EVERY && this.seen % EVERY && tookMs <= this.usualMs) return;
    const known = this.latencies.slice(0, Math.min(this.seen, WINDOW)).sort();
    // The first calls include connection set-up, so a larger share of few samples is left out.
    const leftOut = known.length < WINDOW ? Math.floor(known.length / 8) : 1;
    const usual = known[known.length - 1 - leftOut]!;
    this.usualMs = Math.min(MAX_MS, Math.max(MIN_MS, FACTOR * usual));
  }
}

/** An upstream that refuses one caller (429, RESOURCE_EXHAUSTED) answers the others. */
const isNoAnswer = ({ code, isUpstreamFault, source }: GatewayError): boolean =>
  isUpstreamFault ? FAULTS.has(code) : source !== 'upstream' && REFUSALS.has(code);
