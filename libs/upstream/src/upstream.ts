import { Bulkhead } from './bulkhead.ts';
import type { CallInfo } from './call.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { RetryBudget } from './retry-budget.ts';
import type { UpstreamSettings } from './settings.ts';

/** A call starts a little after its request. */
const ALMOST = 0.8;

/** What is known of one upstream while the gateway runs: what its policies share. */
export class Upstream {
  readonly budget: RetryBudget;
  readonly bulkhead: Bulkhead;
  private readonly breakers = new Map<string, CircuitBreaker>();
  private readonly calls: CallInfo[] = [];

  constructor(
    readonly name: string,
    readonly settings: UpstreamSettings,
    /** What a request may take when its client does not lower it, in milliseconds. */
    private readonly requestTimeoutMs = Infinity,
  ) {
    this.budget = new RetryBudget(settings.budget.ratio, settings.budget.perSecond);
    this.bulkhead = new Bulkhead(settings.bulkhead);
  }

  /** A call that takes longer is slow, whoever gives it up: no client's own deadline counts against the upstream. */
  get patienceMs(): number {
    const { timeoutMs, breaker } = this.settings;
    return Math.min(breaker.slowMs, timeoutMs, ALMOST * this.requestTimeoutMs);
  }

  /** Notes a method that is called; its breaker is its own. */
  add(info: CallInfo): void {
    this.calls.push(info);
  }

  /** The breaker of a method. */
  breaker(method: string): CircuitBreaker {
    let breaker = this.breakers.get(method);
    if (!breaker) this.breakers.set(method, (breaker = new CircuitBreaker(this.settings.breaker)));
    return breaker;
  }

  /** Whether a call of this method would be refused, or would be a probe. */
  isRefusing(method: string): boolean {
    const { state } = this.breaker(method);
    return this.settings.breaker.mode === 'on' && (state === 'OPEN' || state === 'HALF_OPEN');
  }

  /** It can be connected to again: calls that were refused may probe it at once. */
  recovered(): void {
    for (const breaker of this.breakers.values()) breaker.probeNow();
  }

  /** How it is now, for operators. */
  report() {
    return {
      name: this.name,
      settings: this.settings,
      budget: Math.floor(this.budget.balance),
      inFlight: this.bulkhead.inFlight,
      queued: this.bulkhead.queued,
      methods: this.calls.map(({ method, latencies }) => {
        const { state, timesOpened, ratios } = this.breaker(method);
        return { method, breaker: { state, timesOpened, ...ratios }, p50Ms: latencies.p50, p95Ms: latencies.p95 };
      }),
    };
  }
}

/** An upstream, as `GET /admin/upstreams` shows it. */
export type UpstreamReport = ReturnType<Upstream['report']>;
