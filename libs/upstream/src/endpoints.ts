import { GatewayError } from '#libs/errors';

/** After so many failures in a row an address is left out for a while. */
const FAILURES_TO_EJECT = 5;
const EJECTED_MS = 5_000;
/** A failure weighs like so many calls in flight, for so long. */
const FAILURE_WEIGHT = 100;
const REMEMBERED_MS = 1_000;

/** One address of an upstream, and the connection to it. */
export interface Endpoint<Connection> {
  readonly address: string;
  connection: Connection;
  inFlight: number;
  failuresInARow: number;
  /** On the clock of `performance.now()`. */
  failedAt: number;
  /** On the clock of `performance.now()`. */
  ejectedUntil: number;
}

/**
 * Spreads calls over the addresses of an upstream: the one with the fewest in flight goes next. An address that only
 * fails or hangs is left out for a while, but never all of them (Envoy's outlier detection).
 */
export class Endpoints<Connection> {
  readonly all: readonly Endpoint<Connection>[];
  private turn = 0;

  /** @param patienceMs a call that was given up sooner says nothing about the address: clients choose their deadline */
  constructor(
    addresses: readonly string[],
    connect: (address: string) => Connection,
    private readonly patienceMs = Infinity,
    /** Replaces a connection that five calls in a row have failed on: it may be lost without either side knowing. */
    private readonly renew: (connection: Connection, address: string) => Connection = (same) => same,
  ) {
    this.all = addresses.map((address) => ({
      address,
      connection: connect(address),
      inFlight: 0,
      failuresInARow: 0,
      failedAt: -Infinity,
      ejectedUntil: 0,
    }));
  }

  private take(): Endpoint<Connection> {
    const taken = this.all.length === 1 ? this.all[0]! : this.leastBusy();
    taken.inFlight += 1;
    return taken;
  }

  private failed(endpoint: Endpoint<Connection>): void {
    endpoint.failuresInARow += 1;
    endpoint.failedAt = performance.now();
    if (endpoint.failuresInARow < FAILURES_TO_EJECT) return;
    endpoint.failuresInARow = 0;
    endpoint.ejectedUntil = performance.now() + EJECTED_MS;
    endpoint.connection = this.renew(endpoint.connection, endpoint.address);
  }

  /** Makes a call over the connection of the next address. */
  async use<T>(call: (connection: Connection) => Promise<T>): Promise<T> {
    const endpoint = this.take();
    const startedAt = performance.now();
    try {
      const answer = await call(endpoint.connection);
      endpoint.failuresInARow = 0;
      return answer;
    } catch (error) {
      const isGivenUp = error instanceof GatewayError && error.code === 'UPSTREAM_TIMEOUT';
      const hadItsTime = performance.now() - startedAt >= this.patienceMs;
      if (speaksAgainstIt(error) || (isGivenUp && hadItsTime)) this.failed(endpoint);
      else if (!isGivenUp) endpoint.failuresInARow = 0;
      throw error;
    } finally {
      endpoint.inFlight -= 1;
    }
  }

  /** How the addresses are now, for operators. */
  report() {
    const now = performance.now();
    return this.all.map(({ address, inFlight, failuresInARow, ejectedUntil }) => ({
      address: address.replace(/\/\/[^/]*@/, '//'),
      inFlight,
      failuresInARow,
      isEjected: ejectedUntil > now,
    }));
  }

  private leastBusy(): Endpoint<Connection> {
    const now = performance.now();
    const well = this.all.filter(({ ejectedUntil }) => ejectedUntil <= now);
    const candidates = well.length ? well : this.all;
    this.turn += 1;
    let best = candidates[this.turn % candidates.length]!;
    for (const one of candidates) if (burden(one, now) < burden(best, now)) best = one;
    return best;
  }
}

/** A failure weighs like many calls for a second, so that what is tried again goes elsewhere. */
function burden({ inFlight, failuresInARow, failedAt }: Endpoint<unknown>, now: number): number {
  return now - failedAt < REMEMBERED_MS ? inFlight + failuresInARow * FAILURE_WEIGHT : inFlight;
}

/** An address that cannot be reached or answers nonsense is unwell. */
function speaksAgainstIt(error: unknown): boolean {
  return error instanceof GatewayError && ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BAD_RESPONSE'].includes(error.code);
}
