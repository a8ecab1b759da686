import type { Address } from './address.ts';

/** The number of consecutive failures after which an address is ejected. */
const FAILURES_TO_EJECT = 5;
const EJECTION_MS = 5_000;
/** A recent failure counts as this many calls in flight, for this many milliseconds. */
const FAILURE_LOAD = 100;
const FAILURE_MS = 1_000;
/** An address without a connection is used only if no other has one. */
const NOT_READY_LOAD = 10_000;

/** The outcome of a call for the health of its address: `none` if the caller was at fault or cancelled. */
export type Verdict = 'healthy' | 'unhealthy' | 'none';

/** One address of an upstream, its connection and its health. */
export interface Endpoint<Connection> {
  address: Address;
  readonly connection: Connection;
  inFlight: number;
  /** Calls so far divided by weight: of equally busy addresses, the one with the lowest value is next. */
  turns: number;
  failuresInARow: number;
  /** Whether the last conclusive call to the address failed. */
  isDoubtful: boolean;
  /** On the clock of `performance.now()`. */
  failedAt: number;
  /** On the clock of `performance.now()`. */
  ejectedUntil: number;
}

/** How `Endpoints` uses connections and classifies failures. */
export interface EndpointsOptions<Connection> {
  connect: (address: Address) => Connection;
  /** Classifies a failed call by its error and its duration in milliseconds. */
  judge: (error: unknown, durationMs: number) => Verdict;
  /** Whether calls would be sent immediately; also starts to connect if not. True by default. */
  isReady?: (connection: Connection) => boolean;
  /** Called when an address is unhealthy: its connection may be lost without notice to either side. */
  onEject?: (connection: Connection) => void;
  /** Called when an address was removed from the upstream. */
  onRemove?: (connection: Connection) => void;
}

/**
 * A client-side load balancer over the addresses of an upstream: the connected one with the fewest calls in flight for
 * its weight is next. An address that keeps failing or hangs is ejected temporarily, but never all of them (Envoy's
 * least-request balancing and outlier detection).
 */
export class Endpoints<Connection> {
  all: readonly Endpoint<Connection>[] = [];
  /** The existing priorities, the best first. */
  private priorities: readonly number[] = [];
  /**
   * The `turns` of the address used last: an address that returns does not catch up on missed calls (fair queueing).
   */
  private turn = 0;

  constructor(
    addresses: readonly Address[],
    private readonly options: EndpointsOptions<Connection>,
  ) {
    this.update(addresses);
  }

  /** Replaces the addresses; those that remain keep their connections. */
  update(addresses: readonly Address[]): void {
    const before = new Map(this.all.map((endpoint) => [endpoint.address.name, endpoint]));
    // A new one would otherwise receive all calls until it has had as many as the others.
    const turns = Math.min(...this.all.map((one) => one.turns));
    this.all = addresses.map((address) => {
      const known = before.get(address.name);
      if (known?.address.authority !== address.authority) return this.added(address, turns);
      before.delete(address.name);
      known.address = address;
      return known;
    });
    this.priorities = [...new Set(this.all.map(priorityOf))].toSorted((a, b) => a - b);
    for (const { connection } of before.values()) this.options.onRemove?.(connection);
  }

  /**
   * Makes a call over the connection of the next address.
   * @param tried connections to skip while there are others
   * @throws the error of the call
   */
  async use<T>(call: (connection: Connection) => Promise<T>, tried?: ReadonlySet<Connection>): Promise<T> {
    const endpoint = this.all.length === 1 ? this.all[0]! : this.leastBusy(tried);
    endpoint.inFlight += 1;
    this.turn = Math.max(this.turn, endpoint.turns);
    endpoint.turns = this.turn + 1 / endpoint.address.weight;
    const startedAt = performance.now();
    try {
      const answer = await call(endpoint.connection);
      this.answered(endpoint);
      return answer;
    } catch (error) {
      const verdict = this.options.judge(error, performance.now() - startedAt);
      if (verdict === 'unhealthy') this.failed(endpoint);
      else if (verdict === 'healthy') this.answered(endpoint);
      throw error;
    } finally {
      endpoint.inFlight -= 1;
    }
  }

  /** The state of the addresses, for operators. */
  report() {
    const now = performance.now();
    return this.all.map(({ address, inFlight, failuresInARow, ejectedUntil }) => ({
      address: address.name,
      weight: address.weight,
      inFlight,
      failuresInARow,
      isEjected: ejectedUntil > now,
    }));
  }

  private added(address: Address, turns: number): Endpoint<Connection> {
    const connection = this.options.connect(address);
    return {
      address,
      connection,
      inFlight: 0,
      turns: Number.isFinite(turns) ? turns : 0,
      failuresInARow: 0,
      isDoubtful: false,
      failedAt: -Infinity,
      ejectedUntil: 0,
    };
  }

  private answered(endpoint: Endpoint<Connection>): void {
    endpoint.failuresInARow = 0;
    endpoint.isDoubtful = false;
  }

  private failed(endpoint: Endpoint<Connection>): void {
    endpoint.failuresInARow += 1;
    endpoint.isDoubtful = true;
    endpoint.failedAt = performance.now();
    if (endpoint.failuresInARow < FAILURES_TO_EJECT) return;
    endpoint.failuresInARow = 0;
    endpoint.ejectedUntil = performance.now() + EJECTION_MS;
    this.options.onEject?.(endpoint.connection);
  }

  private leastBusy(tried?: ReadonlySet<Connection>): Endpoint<Connection> {
    const now = performance.now();
    const untried = tried?.size ? this.all.filter(({ connection }) => !tried.has(connection)) : this.all;
    const all = untried.length ? untried : this.all;
    const healthy = all.filter(({ ejectedUntil }) => ejectedUntil <= now);
    const candidates = healthy.length ? this.ofBestPriority(healthy) : all;
    let best = candidates[0]!;
    let min = this.loadOf(best, now);
    for (const one of candidates.slice(1)) {
      const load = this.loadOf(one, now);
      if (load < min || (load === min && this.turnsOf(one) < this.turnsOf(best))) [best, min] = [one, load];
    }
    return best;
  }

  private turnsOf({ turns }: Endpoint<Connection>): number {
    return Math.max(this.turn, turns);
  }

  /**
   * The addresses of the best reachable priority; all if none can be reached. Worse ones are connected only when
   * needed.
   */
  private ofBestPriority(candidates: readonly Endpoint<Connection>[]): readonly Endpoint<Connection>[] {
    if (this.priorities.length === 1) return candidates;
    for (const priority of this.priorities) {
      const group = candidates.filter((one) => priorityOf(one) === priority);
      if (group.some((one) => !one.isDoubtful || this.isReady(one))) return group;
    }
    return candidates;
  }

  private isReady({ connection }: Endpoint<Connection>): boolean {
    return this.options.isReady?.(connection) ?? true;
  }

  private loadOf(endpoint: Endpoint<Connection>, now: number): number {
    const { address, inFlight, failuresInARow, failedAt } = endpoint;
    const recent = now - failedAt < FAILURE_MS ? failuresInARow * FAILURE_LOAD : 0;
    return (inFlight + recent) / address.weight + (this.isReady(endpoint) ? 0 : NOT_READY_LOAD);
  }
}

const priorityOf = ({ address }: Pick<Endpoint<unknown>, 'address'>): number => address.priority ?? 0;
