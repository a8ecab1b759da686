import { Bulkhead } from './bulkhead.ts';
import type { CallInfo } from './call.ts';
import type { OnCall } from './observe-calls.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { RetryBudget } from './retry-budget.ts';
import type { UpstreamSettings } from './settings.ts';

/** A call starts a little after its request, so it has slightly less time. */
const ALMOST = 0.8;

/** The state of one upstream that its policies share. */
export class Upstream {
  /** The policy settings. Policies read them for each call: `apply` changes them in place. */
  readonly settings: UpstreamSettings;
  readonly budget: RetryBudget;
  readonly bulkhead: Bulkhead;
  private readonly breakers = new Map<string, CircuitBreaker>();
  private readonly calls: CallInfo[] = [];

  constructor(
    readonly name: string,
    settings: UpstreamSettings,
    /** The request timeout if the client does not lower it, in milliseconds. */
    private readonly requestTimeoutMs = Infinity,
    /** Called for every call, if they are recorded. */
    readonly onCall?: OnCall,
  ) {
    this.settings = structuredClone(settings);
    this.budget = new RetryBudget(this.settings.budget);
    this.bulkhead = new Bulkhead(this.settings.bulkhead);
  }

  /** Replaces the settings, for the next call of each policy. Breakers, latencies, budget and calls in flight stay. */
  apply(settings: UpstreamSettings): void {
    const { timeoutMs, retry, budget, hedge, breaker, bulkhead, healthPath, tls } = structuredClone(settings);
    Object.assign(this.settings, { timeoutMs, healthPath, tls });
    Object.assign(this.settings.retry, retry);
    Object.assign(this.settings.budget, budget);
    Object.assign(this.settings.hedge, hedge);
    Object.assign(this.settings.breaker, breaker);
    Object.assign(this.settings.bulkhead, bulkhead);
    for (const one of this.breakers.values()) one.applySettings();
    this.bulkhead.admit();
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
    if (!breaker) {
      // A method that is answered again is a sign of life for the others.
      breaker = new CircuitBreaker(this.settings.breaker, () => this.recovered());
      this.breakers.set(method, breaker);
    }
    return breaker;
  }

  /** Whether the method's breaker is open or half-open. */
  isRefusing(method: string): boolean {
    const { state } = this.breaker(method);
    return this.settings.breaker.mode === 'on' && (state === 'OPEN' || state === 'HALF_OPEN');
  }

  /** Lets calls probe it at once: it can be connected to again, or has answered a probe. */
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
