import { Bulkhead } from './bulkhead.ts';
import type { CallInfo } from './call.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { RetryBudget } from './retry-budget.ts';
import type { UpstreamSettings } from './settings.ts';

/** A call starts a little after its request, so it has slightly less time. */
const ALMOST = 0.8;

/** The state of one upstream that its policies share. */
export class Upstream {
  readonly budget: RetryBudget;
  readonly bulkhead: Bulkhead;
  private readonly breakers = new Map<string, CircuitBreaker>();
  private readonly calls: CallInfo[] = [];

  constructor(
    readonly name: string,
    readonly settings: UpstreamSettings,
    /** The request timeout if the client does not lower it, in milliseconds. */
    private readonly requestTimeoutMs = Infinity,
  ) {
    this.budget = new RetryBudget(settings.budget.ratio, settings.budget.perSecond);
    this.bulkhead = new Bulkhead(settings.bulkhead);
  }

  /**
   * The time after which a call counts as slow, in milliseconds. Shorter deadlines of clients do not count against
   * the upstream.
   */
  get effectiveTimeoutMs(): number {
    const { timeoutMs, breaker } = this.settings;
    return Math.min(breaker.slowMs, timeoutMs, ALMOST * this.requestTimeoutMs);
  }

  /** Registers a method. Each has its own breaker. */
  add(info: CallInfo): void {
    this.calls.push(info);
  }

  /** The breaker of a method. */
  breaker(method: string): CircuitBreaker {
    let breaker = this.breakers.get(method);
    if (!breaker) this.breakers.set(method, (breaker = new CircuitBreaker(this.settings.breaker)));
    return breaker;
  }

  /** Whether the method's breaker is open or half-open. */
  isRefusing(method: string): boolean {
    const { state } = this.breaker(method);
    return this.settings.breaker.mode === 'on' && (state === 'OPEN' || state === 'HALF_OPEN');
  }

  /** Lets calls probe it at once: it can be connected to again. */
  recovered(): void {
    for (const breaker of this.breakers.values()) breaker.probeNow();
  }

  /** Its current state, for operators. */
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
